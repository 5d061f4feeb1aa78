"""Reads about orders and what is on sale."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, Q, QuerySet, Sum

from conference.kernel.ready_query import ReadyQuery
from conference.models import Event, User
from registration.models import (
    LedgerEntry,
    Order,
    Payment,
    Registration,
    TicketType,
    Workshop,
    offered_at,
)
from registration.queries.wishes import is_shown
from registration.rules.claims import Claims
from registration.rules.sale import is_on_sale
from registration.states import BookingState, LedgerKind, OrderState


@dataclass(frozen=True, slots=True)
class TicketTypeOnSale:
    """A ticket type as a buyer sees it. Places of overdue holds count as free."""

    ticket_type: TicketType
    places_left: int
    is_on_sale: bool

    @property
    def is_available(self) -> bool:
        return self.is_on_sale and self.places_left > 0


@dataclass(frozen=True, slots=True)
class WorkshopOnSale:
    workshop: Workshop
    seats_left: int


def ticket_types_offered(event: Event, *, at: dt.datetime) -> list[TicketTypeOnSale]:
    """What is offered to everybody, also if it is sold out or not on sale now. One query."""
    return [
        each
        for each in ticket_types_shown(event, at=at)
        if each.ticket_type.is_offered and not each.ticket_type.needs_code
    ]


def ticket_types_shown(event: Event, *, at: dt.datetime) -> list[TicketTypeOnSale]:
    """Every ticket type whose hiding time is over, also those that need a code. One query."""
    overdue = Count(
        "registrations",
        filter=Q(
            registrations__order__state=OrderState.PENDING, registrations__order__expires_at__lte=at
        )
        | Q(registrations__must_be_paid_by__lte=at),
    )
    # Grouping drops the model's own order.
    found = list(event.ticket_types.annotate(overdue_places=overdue).order_by("sort_key", "pk"))
    by_id = {ticket_type.pk: ticket_type for ticket_type in found}
    for ticket_type in found:
        if ticket_type.shown_after_id:
            ticket_type.shown_after = by_id[ticket_type.shown_after_id]  # not a query for each
    return [
        TicketTypeOnSale(
            ticket_type=ticket_type,
            places_left=0
            if ticket_type.waiting
            else ticket_type.places_left + ticket_type.overdue_places,
            is_on_sale=is_on_sale(ticket_type, at=at),
        )
        for ticket_type in found
        if is_shown(ticket_type, at=at)
    ]


def workshops_offered(event: Event, *, at: dt.datetime) -> list[WorkshopOnSale]:
    """The workshops that are still to come, with their sessions, full ones too. One query."""
    overdue = Count(
        "bookings",
        filter=Q(
            bookings__state=BookingState.ACTIVE,
            bookings__registration__order__state=OrderState.PENDING,
            bookings__registration__order__expires_at__lte=at,
        ),
    )
    found = (
        event.workshops.filter(offered_at(at))
        .select_related("session", "session__room")
        .annotate(overdue_seats=overdue)
        .order_by("sort_key", "pk")
    )
    return [
        WorkshopOnSale(
            workshop=workshop,
            seats_left=0 if workshop.waiting else workshop.seats_left + workshop.overdue_seats,
        )
        for workshop in found
    ]


def owed_minor(order: Order) -> int:
    """What the person owes by the ledger; negative if we owe her."""
    total = LedgerEntry.objects.filter(order=order).aggregate(sum=Sum("amount_minor"))["sum"]
    return total or 0


def paid_minor(order: Order) -> int:
    total = Payment.objects.filter(order=order).aggregate(sum=Sum("amount_minor"))["sum"]
    return total or 0


def charged_minor(order: Order) -> int:
    """What the order was charged and not yet released from."""
    total = LedgerEntry.objects.filter(
        order=order, kind__in=[LedgerKind.CHARGE, LedgerKind.WAIVER]
    ).aggregate(sum=Sum("amount_minor"))["sum"]
    return total or 0


_PLACES = ReadyQuery(
    lambda order_id: Registration.objects.filter(order_id=order_id).order_by("pk"), order_id=-1
)


def registrations_in(order: Order) -> list[Registration]:
    return list(_PLACES.rows(order_id=order.pk))


def overdue_orders(*, at: dt.datetime) -> QuerySet[Order]:
    """Pending orders whose hold is over, the oldest first."""
    return Order.objects.filter(state=OrderState.PENDING, expires_at__lte=at).order_by("expires_at")


def people_to_pay_for() -> QuerySet[Registration]:
    """Those who were added to a paid order and wait for their own money, in time or not."""
    return Registration.objects.filter(must_be_paid_by__isnull=False)


# One question to PostgreSQL, which looks at two small partial indexes.
_WITH_OVERDUE_PLACE = ReadyQuery(
    lambda ticket_type_id, at: TicketType.objects.filter(
        Exists(overdue_orders(at=at).filter(registrations__ticket_type_id=ticket_type_id))
        | Exists(overdue_orders(at=at).filter(group__ticket_type_id=ticket_type_id))
        | Exists(
            people_to_pay_for().filter(ticket_type_id=ticket_type_id, must_be_paid_by__lte=at)
        ),
        pk=ticket_type_id,
    ).order_by(),
    ticket_type_id=-1,
    at=dt.datetime(1, 1, 2, tzinfo=dt.UTC),
)


def is_any_overdue(ticket_type_ids: Iterable[int], *, at: dt.datetime) -> bool:
    """Whether an order or an added person whose time is over keeps a place of these ticket types."""
    return any(
        _WITH_OVERDUE_PLACE.first(ticket_type_id=ticket_type_id, at=at) is not None
        for ticket_type_id in ticket_type_ids
    )


def overdue_orders_holding(*, claims: Claims, at: dt.datetime) -> QuerySet[Order]:
    """Those of them that keep something of what is claimed."""
    active = BookingState.ACTIVE
    keeps_a_seat = Q(
        registrations__workshop_bookings__workshop__in=list(claims.workshops),
        registrations__workshop_bookings__state=active,
    )
    keeps_a_quota = Q(
        registrations__quota_places__quota__in=list(claims.quotas),
        registrations__quota_places__state=active,
    )
    return (
        overdue_orders(at=at)
        .filter(
            Q(registrations__ticket_type__in=list(claims.ticket_types))
            | keeps_a_seat
            | keeps_a_quota
            | Q(is_for_group=True)  # few, and what their seats keep is not looked up: it is over
        )
        .distinct()
    )


def people_to_pay_for_holding(claims: Claims) -> QuerySet[Registration]:
    """Those of them that keep something of what is claimed."""
    active = BookingState.ACTIVE
    keeps_a_seat = Q(
        workshop_bookings__workshop__in=list(claims.workshops), workshop_bookings__state=active
    )
    keeps_a_quota = Q(quota_places__quota__in=list(claims.quotas), quota_places__state=active)
    return (
        people_to_pay_for()
        .filter(Q(ticket_type__in=list(claims.ticket_types)) | keeps_a_seat | keeps_a_quota)
        .distinct()
    )


@dataclass(frozen=True, slots=True)
class Place:
    """One person's place with what it is shown by: her badge's code and her workshops."""

    registration: Registration
    badge_token: str | None
    workshops: list[Workshop]


def place_of(registration: Registration) -> Place:
    badge = registration.badges.filter(revoked_at__isnull=True).first()
    bookings = registration.workshop_bookings.filter(state=BookingState.ACTIVE)
    workshops = Workshop.objects.filter(pk__in=bookings.values("workshop")).select_related(
        "session", "session__room"
    )
    return Place(registration, badge.token if badge else None, list(workshops))


def registrations_of(user: User) -> QuerySet[Registration]:
    """The places of a signed-in person, the next event first."""
    return (
        Registration.objects.filter(person=user)
        .select_related("event", "event__venue", "order", "ticket_type")
        .order_by("-event__first_day", "-registered_at")
    )
