"""Who waits for what, for the team and for keys of the event: reading."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from conference.access import team
from conference.api.cursors import DeskList, ListFilters
from conference.states import ApiScope, Role
from registration.models import WaitingEntry
from registration.queries.waiting_pages import waiting_entries_for_partners
from registration.states import WaitingState


class WaitingFilters(ListFilters):
    state = serializers.ChoiceField(choices=WaitingState.choices, required=False)
    ticket_type = serializers.SlugField(max_length=60, required=False)
    workshop = serializers.SlugField(max_length=60, required=False)


class PartnerWaitingEntry(serializers.Serializer[WaitingEntry]):
    """No secret address is in it: a program can read the line, not act for who waits."""

    id = serializers.IntegerField(source="pk")
    state = serializers.ChoiceField(choices=WaitingState.choices)
    ticket_type = serializers.CharField(source="ticket_type.slug", allow_null=True, default=None)
    variation = serializers.CharField(source="variation.slug", allow_null=True, default=None)
    workshop = serializers.CharField(source="workshop.slug", allow_null=True, default=None)
    turn = serializers.IntegerField(help_text="Smaller is served first, within one list.")
    people = serializers.IntegerField(source="party_size")
    name = serializers.CharField()
    email = serializers.CharField()
    language = serializers.CharField()
    joined_at = serializers.DateTimeField()
    offered_at = serializers.DateTimeField(allow_null=True)
    offer_ends_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    order = serializers.CharField(source="order.reference", allow_null=True, default=None)
    out_of_turn_reason = serializers.CharField()


class WaitingEntries(DeskList):
    """The waiting lists of the event, the oldest entry first; `turn` is the order of a list."""

    access = team(Role.ORGANISER, scope=ApiScope.REGISTRATIONS_READ)
    filters = WaitingFilters
    serializer_class = PartnerWaitingEntry

    @extend_schema(parameters=[WaitingFilters], responses=PartnerWaitingEntry(many=True))
    def get(self, request: Request, event_slug: str) -> Response:
        return super().get(request, event_slug)

    def rows(self, chosen: dict[str, Any]) -> QuerySet[Any]:
        return waiting_entries_for_partners(
            self.event,
            state=chosen.get("state", ""),
            ticket_type=chosen.get("ticket_type", ""),
            workshop=chosen.get("workshop", ""),
        )
