"""What a partner's program may read of an event."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from conference.models import Event, HistoryEntry
from registration.models import (
    LedgerEntry,
    Order,
    Payment,
    Registration,
    RegistrationQuerySet,
    ScanEvent,
    TicketType,
    Workshop,
    WorkshopBooking,
)
from registration.rules.references import read_reference
from registration.rules.sale import is_on_sale
from registration.states import BookingState, OrderState


def orders_for_partners(
    event: Event,
    *,
    state: str = "",
    changed_since: dt.datetime | None = None,
) -> QuerySet[Order]:
    """With what is owed by the ledger (`owed_minor`) and the people. Three queries."""
    owed = (
        LedgerEntry.objects.filter(order=OuterRef("pk"))
        .order_by()
        .values("order")
        .annotate(sum=Sum("amount_minor"))
        .values("sum")
    )
    people = Registration.objects.select_related("ticket_type").order_by("pk")
    found = Order.objects.filter(event=event)
    if state:
        found = found.filter(state=state)
    if changed_since is not None:
        found = found.filter(
            _touched(Order, event, changed_since) | _people_touched(event, changed_since)
        )
    return found.annotate(owed_minor=Coalesce(Subquery(owed), 0)).prefetch_related(
        Prefetch("registrations", queryset=people)
    )


def order_for_partners(event: Event, reference: str) -> Order | None:
    """However the reference was written; None if this event has none such."""
    meant = read_reference(reference)
    return orders_for_partners(event).filter(reference=meant).first() if meant else None


def registrations_for_partners(
    event: Event,
    *,
    state: str = "",
    ticket_type: str = "",
    changed_since: dt.datetime | None = None,
) -> RegistrationQuerySet:
    """With order, ticket type and booked workshops. Two queries."""
    booked = (
        WorkshopBooking.objects.filter(state=BookingState.ACTIVE)
        .select_related("workshop")
        .order_by("workshop__sort_key", "pk")
    )
    found = Registration.objects.filter(event=event)
    if state:
        found = found.filter(state=state)
    if ticket_type:
        found = found.filter(ticket_type__slug=ticket_type)
    if changed_since is not None:
        of_its_order = Q(
            order_id__in=_subjects(Order, event, changed_since),
        )
        found = found.filter(_touched(Registration, event, changed_since) | of_its_order)
    return found.select_related(
        "order", "ticket_type", "variation", "status_proof"
    ).prefetch_related(Prefetch("workshop_bookings", queryset=booked, to_attr="booked"))


def registration_for_partners(event: Event, uid: str) -> Registration | None:
    try:
        meant = uuid.UUID(uid)
    except ValueError:
        return None
    return registrations_for_partners(event).filter(uid=meant).first()


def _subjects(
    model: type[Order | Registration], event: Event, since: dt.datetime
) -> QuerySet[HistoryEntry, int]:
    """Every change of an order or a place leaves a line of history in its transaction."""
    return HistoryEntry.objects.filter(
        event=event, subject_type=model._meta.label_lower, occurred_at__gte=since
    ).values_list("subject_id", flat=True)


def _touched(model: type[Order | Registration], event: Event, since: dt.datetime) -> Q:
    return Q(pk__in=_subjects(model, event, since))


def _people_touched(event: Event, since: dt.datetime) -> Q:
    people = Registration.objects.filter(_touched(Registration, event, since))
    return Q(pk__in=people.values("order"))


def payments_for_partners(
    event: Event, *, order: str = "", recorded_since: dt.datetime | None = None
) -> QuerySet[Payment]:
    found = Payment.objects.filter(order__event=event).select_related("order")
    if order:
        found = found.filter(order__reference=read_reference(order) or "")
    if recorded_since is not None:
        found = found.filter(recorded_at__gte=recorded_since)
    return found


def ledger_for_partners(
    event: Event, *, order: str = "", entered_since: dt.datetime | None = None
) -> QuerySet[LedgerEntry]:
    found = LedgerEntry.objects.filter(order__event=event).select_related("order", "payment")
    if order:
        found = found.filter(order__reference=read_reference(order) or "")
    if entered_since is not None:
        found = found.filter(entered_at__gte=entered_since)
    return found


def scans_for_partners(
    event: Event,
    *,
    result: str = "",
    point: int | None = None,
    received_since: dt.datetime | None = None,
) -> QuerySet[ScanEvent]:
    found = ScanEvent.objects.filter(event=event).select_related("point", "session", "registration")
    if result:
        found = found.filter(result=result)
    if point is not None:
        found = found.filter(point=point)
    if received_since is not None:
        found = found.filter(received_at__gte=received_since)
    return found


@dataclass(frozen=True, slots=True)
class TicketTypeInNumbers:
    """A ticket type as its organiser sees it, hidden ones too. Overdue holds count as free."""

    ticket_type: TicketType
    places_left: int
    is_on_sale: bool


@dataclass(frozen=True, slots=True)
class WorkshopInNumbers:
    workshop: Workshop
    seats_left: int


def ticket_types_in_numbers(event: Event, *, at: dt.datetime) -> list[TicketTypeInNumbers]:
    """One query."""
    overdue = Q(
        registrations__order__state=OrderState.PENDING, registrations__order__expires_at__lte=at
    )
    found = event.ticket_types.annotate(
        overdue_places=Count("registrations", filter=overdue)
    ).order_by("sort_key", "pk")
    return [
        TicketTypeInNumbers(
            ticket_type=ticket_type,
            places_left=ticket_type.places_left + ticket_type.overdue_places,
            is_on_sale=ticket_type.is_offered and is_on_sale(ticket_type, at=at),
        )
        for ticket_type in found
    ]


def workshops_in_numbers(event: Event, *, at: dt.datetime) -> list[WorkshopInNumbers]:
    """One query."""
    overdue = Q(
        bookings__state=BookingState.ACTIVE,
        bookings__registration__order__state=OrderState.PENDING,
        bookings__registration__order__expires_at__lte=at,
    )
    found = (
        event.workshops.select_related("session")
        .annotate(overdue_seats=Count("bookings", filter=overdue))
        .order_by("sort_key", "pk")
    )
    return [
        WorkshopInNumbers(
            workshop=workshop, seats_left=workshop.seats_left + workshop.overdue_seats
        )
        for workshop in found
    ]
