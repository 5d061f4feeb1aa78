"""Reads about bank statements: the orders that wait for money, and the lines that wait for a decision."""

from django.db.models import QuerySet, Sum

from conference.models import Event
from registration.models import LedgerEntry, Order, Price, StatementLine
from registration.rules.attendees import searchable
from registration.rules.matching import Candidate
from registration.states import OrderState, StatementLineState


def candidates(event: Event) -> tuple[dict[str, Candidate], list[Candidate]]:
    """Every order of the event by its reference, and those that wait for money. Three queries."""
    owed = dict(
        LedgerEntry.objects.filter(order__event=event)
        .values("order")
        .annotate(sum=Sum("amount_minor"))
        .values_list("order", "sum")
    )
    by_reference: dict[str, Candidate] = {}
    waiting: list[Candidate] = []
    orders = Order.objects.filter(event=event, total_minor__gt=0)
    for order in orders.prefetch_related("registrations"):
        names = [one.certificate_name for one in order.registrations.all()]
        is_waiting = order.state == OrderState.PENDING
        candidate = Candidate(
            order_id=order.pk,
            reference=order.reference,
            # Who comes late pays what an expired order had cost.
            owed_minor=owed.get(order.pk, 0) if is_waiting else order.total_minor,
            currency=order.currency,
            words=frozenset(searchable(order.payer_name, *names).split()),
        )
        by_reference[order.reference] = candidate
        if is_waiting:
            waiting.append(candidate)
    return by_reference, waiting


def open_lines(event: Event) -> QuerySet[StatementLine]:
    """What waits for a decision, the surest first."""
    return (
        StatementLine.objects.filter(event=event, state=StatementLineState.OPEN)
        .select_related("proposed_order")
        .prefetch_related("proposed_order__registrations")
        .order_by("-confidence_percent", "-booked_on", "-pk")
    )


def currencies_sold(event: Event) -> list[str]:
    """In which the event's tickets cost; none before there are tickets."""
    tickets = event.ticket_types.order_by().values_list("currency", flat=True)
    prices = Price.objects.filter(ticket_type__event=event).values_list("currency", flat=True)
    return sorted({*tickets, *prices})


def currencies_of(event: Event) -> list[str]:
    """The bank's account is in one of them."""
    return currencies_sold(event) or ["USD"]
