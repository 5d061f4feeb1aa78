"""The events that are coming, and those that are over, for other programs."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from conference.access import PUBLIC
from conference.kernel.money import Money
from conference.states import EventKind, EventSubject
from registration.queries.coming_events import (
    EventOnOffer,
    coming_events,
    events_matching,
    past_events,
    read_event_filter,
)
from registration.rules.coming import Standing

WHEN = ("coming", "past")


class PriceOutput(serializers.Serializer[Money]):
    amount_minor = serializers.IntegerField()
    currency = serializers.CharField()


class EventOutput(serializers.Serializer[EventOnOffer]):
    slug = serializers.CharField(source="event.slug")
    kind = serializers.ChoiceField(source="event.kind", choices=EventKind.choices)
    name = serializers.CharField(source="event.name")
    short_name = serializers.CharField(source="event.short_name")
    summary = serializers.CharField(source="event.summary")
    congress = serializers.CharField(source="event.congress.slug", allow_null=True, default=None)
    first_day = serializers.DateField(source="event.first_day")
    last_day = serializers.DateField(source="event.last_day")
    time_zone = serializers.CharField(source="event.time_zone")
    venue = serializers.CharField(source="event.venue.name")
    city = serializers.CharField(source="event.venue.city")
    country = serializers.CharField(source="event.venue.country.code")
    languages = serializers.ListField(source="event.languages", child=serializers.CharField())
    subjects = serializers.ListField(source="event.subjects", child=serializers.CharField())
    organiser = serializers.CharField(source="event.organiser_name")
    standing = serializers.ChoiceField(
        source="standing.value", choices=[standing.value for standing in Standing]
    )
    registration_opens_at = serializers.DateTimeField(source="opens_at", allow_null=True)
    is_free = serializers.BooleanField()
    prices_from = PriceOutput(many=True)
    places_left = serializers.IntegerField()
    page = serializers.SerializerMethodField()

    def get_page(self, one: EventOnOffer) -> str:
        return f"{settings.SITE_URL}{reverse('registration:event', args=[one.event.slug])}"


def _choice(name: str, values: list[str]) -> OpenApiParameter:
    return OpenApiParameter(name, enum=values)


class Events(GenericAPIView[Any]):
    """
    What the public may see. `standing` is one of not_announced, opens_later, open, waiting_list,
    sold_out, closed;
    `places_left` counts what is on sale now.
    """

    access = PUBLIC
    serializer_class = EventOutput

    @extend_schema(
        responses=EventOutput(many=True),
        parameters=[
            _choice("when", list(WHEN)),
            _choice("kind", EventKind.values),
            _choice("subject", EventSubject.values),
            OpenApiParameter("country", description="ISO 3166-1 alpha-2"),
            OpenApiParameter("month", description="2027-04"),
            _choice("language", [code for code, _name in settings.LANGUAGES]),
            OpenApiParameter("q", description="Words, found without accents in every language."),
        ],
    )
    def get(self, request: Request) -> Response:
        chosen = read_event_filter(request.query_params)
        when = request.query_params.get("when", "coming")
        if when not in WHEN:
            raise serializers.ValidationError({"when": ["It is coming or past."]})
        at = timezone.now()
        events = past_events(at=at) if when == "past" else coming_events(at=at)
        page: Any = self.paginate_queryset(events_matching(events, chosen))
        return self.get_paginated_response(EventOutput(page, many=True).data)
