"""The organiser's part of the API, for her team and for keys of her event: reading."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conference.access import team
from conference.api.cursors import DeskList
from conference.models import Event
from conference.states import ApiScope, Role
from registration.api.partner_shapes import (
    LedgerFilters,
    OrderFilters,
    PartnerLedgerEntry,
    PartnerOrder,
    PartnerPayment,
    PartnerRegistration,
    PartnerScan,
    PartnerTicketType,
    PartnerWorkshop,
    PaymentFilters,
    RegistrationFilters,
    ScanFilters,
)
from registration.queries.partners import (
    ledger_for_partners,
    order_for_partners,
    orders_for_partners,
    payments_for_partners,
    registrations_for_partners,
    scans_for_partners,
    ticket_types_in_numbers,
    workshops_in_numbers,
)


def _chosen(given: dict[str, Any]) -> dict[str, Any]:
    """What chooses rows, without what turns pages."""
    return {name: value for name, value in given.items() if name not in {"cursor", "page_size"}}


class Orders(DeskList):
    """The orders of the event, the oldest first."""

    access = team(Role.ORGANISER, scope=ApiScope.ORDERS_READ)
    filters = OrderFilters
    serializer_class = PartnerOrder

    @extend_schema(parameters=[OrderFilters], responses=PartnerOrder(many=True))
    def get(self, request: Request, event_slug: str) -> Response:
        return super().get(request, event_slug)

    def rows(self, chosen: dict[str, Any]) -> QuerySet[Any]:
        return orders_for_partners(self.event, **_chosen(chosen))


class OneOrder(APIView):
    """One order by its reference."""

    access = team(Role.ORGANISER, scope=ApiScope.ORDERS_READ)
    event: Event  # set by the permission

    @extend_schema(responses=PartnerOrder)
    def get(self, request: Request, event_slug: str, reference: str) -> Response:  # noqa: ARG002
        order = order_for_partners(self.event, reference)
        if order is None:
            raise NotFound
        return Response(PartnerOrder(order).data)


class Registrations(DeskList):
    """The places of the event, the oldest first."""

    access = team(Role.ORGANISER, scope=ApiScope.REGISTRATIONS_READ)
    filters = RegistrationFilters
    serializer_class = PartnerRegistration

    @extend_schema(parameters=[RegistrationFilters], responses=PartnerRegistration(many=True))
    def get(self, request: Request, event_slug: str) -> Response:
        return super().get(request, event_slug)

    def rows(self, chosen: dict[str, Any]) -> QuerySet[Any]:
        return registrations_for_partners(self.event, **_chosen(chosen))


class Payments(DeskList):
    """Money that arrived, in the order in which it was recorded."""

    access = team(Role.ORGANISER, scope=ApiScope.PAYMENTS_READ)
    filters = PaymentFilters
    serializer_class = PartnerPayment

    @extend_schema(parameters=[PaymentFilters], responses=PartnerPayment(many=True))
    def get(self, request: Request, event_slug: str) -> Response:
        return super().get(request, event_slug)

    def rows(self, chosen: dict[str, Any]) -> QuerySet[Any]:
        return payments_for_partners(self.event, **_chosen(chosen))


class Ledger(DeskList):
    """Every line of every order: what was charged, paid, withdrawn, refunded. Never changed."""

    access = team(Role.ORGANISER, scope=ApiScope.PAYMENTS_READ)
    filters = LedgerFilters
    serializer_class = PartnerLedgerEntry

    @extend_schema(parameters=[LedgerFilters], responses=PartnerLedgerEntry(many=True))
    def get(self, request: Request, event_slug: str) -> Response:
        return super().get(request, event_slug)

    def rows(self, chosen: dict[str, Any]) -> QuerySet[Any]:
        return ledger_for_partners(self.event, **_chosen(chosen))


class ScanList(DeskList):
    """What was scanned at the doors and answered there, in the order in which we heard of it."""

    access = team(Role.ORGANISER, scope=ApiScope.CHECK_INS_READ)
    filters = ScanFilters
    serializer_class = PartnerScan

    @extend_schema(parameters=[ScanFilters], responses=PartnerScan(many=True))
    def get(self, request: Request, event_slug: str) -> Response:
        return super().get(request, event_slug)

    def rows(self, chosen: dict[str, Any]) -> QuerySet[Any]:
        return scans_for_partners(self.event, **_chosen(chosen))


class TicketTypesInNumbers(APIView):
    """All ticket types, hidden ones too, with what is taken and what is left."""

    access = team(Role.ORGANISER, scope=ApiScope.OFFER_READ)
    event: Event

    @extend_schema(responses=PartnerTicketType(many=True))
    def get(self, request: Request, event_slug: str) -> Response:  # noqa: ARG002
        numbers: Any = ticket_types_in_numbers(self.event, at=timezone.now())
        return Response(PartnerTicketType(numbers, many=True).data)


class WorkshopsInNumbers(APIView):
    """All workshops, with what is taken and what is left."""

    access = team(Role.ORGANISER, scope=ApiScope.OFFER_READ)
    event: Event

    @extend_schema(responses=PartnerWorkshop(many=True))
    def get(self, request: Request, event_slug: str) -> Response:  # noqa: ARG002
        numbers: Any = workshops_in_numbers(self.event, at=timezone.now())
        return Response(PartnerWorkshop(numbers, many=True).data)
