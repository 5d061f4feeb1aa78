"""The published programme, to read: sessions, tracks, rooms, speakers."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from conference.access import PUBLIC, access
from schedule.api.released import ReleasedList, json_answer, published_head
from schedule.api.serializers import (
    RoomSerializer,
    SessionInFullSerializer,
    SessionSerializer,
    SpeakerSerializer,
    TrackSerializer,
)
from schedule.queries import (
    ProgrammeFilter,
    ProgrammeHead,
    programme_of_one,
    read_filter,
    rooms_of,
    session_facts,
    sessions_matching,
    speakers_of,
    tracks_of,
)

CHOICE_PARAMETERS = [
    OpenApiParameter("day", OpenApiTypes.DATE, description="A day of the programme."),
    OpenApiParameter("room", OpenApiTypes.STR, description="A room's slug."),
    OpenApiParameter("track", OpenApiTypes.STR, description="A track's slug."),
    OpenApiParameter("language", OpenApiTypes.STR, description="A language code."),
    OpenApiParameter("q", OpenApiTypes.STR, description="Words; accents do not matter."),
]


@access(PUBLIC)
class Sessions(ReleasedList):
    """The sessions of a published programme, in the order of time."""

    serializer_class = SessionSerializer

    @extend_schema(parameters=CHOICE_PARAMETERS, responses=SessionSerializer(many=True))
    def get(self, request: Request, event_slug: str) -> HttpResponseBase:
        return super().get(request, event_slug)

    def choice(self, request: Request) -> ProgrammeFilter:
        return read_filter(request.query_params)

    def rows(self, head: ProgrammeHead, chosen: ProgrammeFilter) -> QuerySet[Any]:
        return sessions_matching(head.event, chosen)

    def row(self, row: Any) -> Any:
        return session_facts(row, with_abstract=False)


@access(PUBLIC)
class OneSession(GenericAPIView[Any]):
    """One session of a published programme, with its abstract and links."""

    serializer_class = SessionInFullSerializer

    def get(self, request: Request, event_slug: str, code: str) -> HttpResponseBase:
        head = published_head(event_slug)

        def make() -> Any:
            facts = programme_of_one(head, code, address="")
            if facts is None:
                raise NotFound
            return self.get_serializer(facts.sessions[0]).data

        return json_answer(request, head, address="", make=make, is_worth_keeping=lambda: True)


@access(PUBLIC)
class Tracks(ReleasedList):
    serializer_class = TrackSerializer

    @extend_schema(responses=TrackSerializer(many=True))
    def get(self, request: Request, event_slug: str) -> HttpResponseBase:
        return super().get(request, event_slug)

    def rows(self, head: ProgrammeHead, chosen: ProgrammeFilter) -> QuerySet[Any]:  # noqa: ARG002
        return tracks_of(head.event)


@access(PUBLIC)
class Rooms(ReleasedList):
    serializer_class = RoomSerializer

    @extend_schema(responses=RoomSerializer(many=True))
    def get(self, request: Request, event_slug: str) -> HttpResponseBase:
        return super().get(request, event_slug)

    def rows(self, head: ProgrammeHead, chosen: ProgrammeFilter) -> QuerySet[Any]:  # noqa: ARG002
        return rooms_of(head.event)


@access(PUBLIC)
class Speakers(ReleasedList):
    serializer_class = SpeakerSerializer

    @extend_schema(responses=SpeakerSerializer(many=True))
    def get(self, request: Request, event_slug: str) -> HttpResponseBase:
        return super().get(request, event_slug)

    def rows(self, head: ProgrammeHead, chosen: ProgrammeFilter) -> QuerySet[Any]:  # noqa: ARG002
        return speakers_of(head.event)
