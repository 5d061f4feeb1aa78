"""What the organiser's desk shows."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from conference.kernel.money import Money
from conference.models import Event, HistoryEntry
from registration.models import (
    Badge,
    Group,
    LedgerEntry,
    Order,
    Registration,
    RegistrationQuerySet,
    StatusProof,
    TicketType,
    Workshop,
)
from registration.queries.attendance import check_ins_per_day, people_checked_in
from registration.rules.attendees import searchable
from registration.states import LedgerKind, OrderState, RegistrationState


@dataclass(frozen=True, slots=True)
class DeskNumbers:
    """An event on one page. Money is by currency: different ones never add up."""

    confirmed: int
    pending: int
    received: list[Money]
    awaited: list[Money]
    needs_a_seat: int
    checked_in: int
    checked_in_today: int
    ticket_types: list[TicketType]
    workshops: list[Workshop]


@dataclass(frozen=True, slots=True)
class OrderOnTheDesk:
    order: Order
    registrations: list[Registration]
    lines: list[LedgerEntry]
    owed: Money
    history: list[HistoryEntry]


def desk_numbers(event: Event, *, at: dt.datetime) -> DeskNumbers:
    counts = Registration.objects.filter(event=event).aggregate(
        confirmed=Count("pk", filter=Q(state=RegistrationState.CONFIRMED)),
        pending=Count("pk", filter=Q(state=RegistrationState.PENDING)),
    )
    ledger = LedgerEntry.objects.filter(order__event=event)
    today = at.astimezone(event.zone).date()
    return DeskNumbers(
        confirmed=counts["confirmed"],
        pending=counts["pending"],
        received=_by_currency(
            ledger.filter(kind__in=[LedgerKind.PAYMENT, LedgerKind.REFUND]), sign=-1
        ),
        awaited=_by_currency(ledger.filter(order__state=OrderState.PENDING), sign=1),
        needs_a_seat=Order.objects.filter(event=event, state=OrderState.PAID_WITHOUT_SEAT).count(),
        checked_in=people_checked_in(event),
        checked_in_today=check_ins_per_day(event).get(today, 0),
        ticket_types=list(event.ticket_types.all()),
        workshops=list(event.workshops.all()),
    )


def _by_currency(lines: QuerySet[LedgerEntry], *, sign: int) -> list[Money]:
    sums = lines.values("currency").annotate(sum=Sum("amount_minor")).order_by("currency")
    return [Money(sign * line["sum"], line["currency"]) for line in sums if line["sum"]]


def events_of_team(events: QuerySet[Event]) -> QuerySet[Event]:
    """With how many people have a place."""
    people = Count(
        "registrations", filter=Q(registrations__state=RegistrationState.CONFIRMED), distinct=True
    )
    return events.select_related("venue").annotate(people=people).order_by("-first_day", "pk")


MOST_WORDS = 6


def _words(words: str) -> list[str]:
    return searchable(words[:200]).split()[:MOST_WORDS]


def orders_found(event: Event, *, state: str, words: str) -> QuerySet[Order]:
    """
    The event's orders, newest first.

    All words must be in the names, e-mail, institution or reference; accents do not matter.
    """
    found = Order.objects.filter(event=event)
    if state in OrderState.values:
        found = found.filter(state=state)
    of_event = Group.objects.filter(event=event).values_list("order_id", "name", "email")
    groups = [(pk, searchable(name, email)) for pk, name, email in of_event] if words else []
    for word in _words(words):
        matching = Registration.objects.filter(event=event, search_text__contains=word)
        found = found.filter(
            Q(pk__in=matching.values("order"))
            | Q(pk__in=[pk for pk, text in groups if word in text])
            | Q(reference__icontains=word.replace("-", ""))
            | Q(email__icontains=word)
        )
    return found.order_by("-placed_at", "-pk").prefetch_related("registrations")


def registrations_found(
    event: Event, *, state: str, words: str, ticket_type: str = ""
) -> QuerySet[Registration]:
    found = Registration.objects.filter(event=event).select_related("ticket_type", "order")
    if state in RegistrationState.values:
        found = found.filter(state=state)
    if ticket_type:
        found = found.filter(ticket_type__slug=ticket_type)
    for word in _words(words):
        found = found.filter(search_text__contains=word)
    return found.order_by("search_text", "pk")


def order_on_the_desk(event: Event, order_id: int) -> OrderOnTheDesk | None:
    """The order with its people, its ledger and its history; None if the event has none such."""
    order = Order.objects.filter(event=event, pk=order_id).first()
    if order is None:
        return None
    lines = list(order.ledger_entries.select_related("payment"))
    return OrderOnTheDesk(
        order=order,
        registrations=list(
            order.registrations.select_related("ticket_type").prefetch_related(
                "workshop_bookings__workshop", "answers__question"
            )
        ),
        lines=lines,
        owed=Money(sum(line.amount_minor for line in lines), order.currency),
        history=list(
            HistoryEntry.objects.filter(
                Q(subject_type=Order._meta.label_lower, subject_id=order.pk)
                | Q(
                    subject_type=StatusProof._meta.label_lower,
                    subject_id__in=StatusProof.objects.filter(registration__order=order).values(
                        "pk"
                    ),
                )
            ).select_related("actor")
        ),
    )


@dataclass(frozen=True, slots=True)
class BadgeNumbers:
    people: int
    unprinted: int


def badge_numbers(event: Event) -> BadgeNumbers:
    return BadgeNumbers(
        people=Registration.objects.confirmed().filter(event=event).count(),
        unprinted=without_a_printed_badge(event).count(),
    )


def without_a_printed_badge(event: Event) -> RegistrationQuerySet:
    """Confirmed people whose current code is on no paper; a printed one that was replaced is none."""
    printed = Badge.objects.filter(printed_at__isnull=False, revoked_at__isnull=True)
    # Not exclude(badges__…, badges__…): its conditions may be met by two different badges.
    return (
        Registration.objects.confirmed()
        .filter(event=event)
        .exclude(pk__in=printed.values("registration"))
    )
