"""What history says about the orders of the demo, as the operations would have written it."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from conference.models import HistoryEntry
from registration.models import Order, Payment, Registration
from registration.states import OrderState, RegistrationAction

ENDS = {
    OrderState.CANCELLED: RegistrationAction.ORDER_CANCELLED,
    OrderState.EXPIRED: RegistrationAction.ORDER_EXPIRED,
}


def seed_history(
    registrations: Sequence[Registration], workshops: Sequence[list[int]], payments: list[Payment]
) -> None:
    """One order for each registration, in the same order as their workshops' ids."""
    payment_of = {payment.order_id: payment for payment in payments}
    lines = (
        line
        for registration, its in zip(registrations, workshops, strict=True)
        for line in _lines(registration, its, payment_of.get(registration.order_id))
    )
    HistoryEntry.objects.bulk_create(_in_time(lines), batch_size=2000)


def _in_time(lines: Iterable[HistoryEntry]) -> list[HistoryEntry]:
    return sorted(lines, key=lambda line: line.occurred_at)


def _lines(
    registration: Registration, workshops: list[int], payment: Payment | None
) -> Iterator[HistoryEntry]:
    order = registration.order
    bought = {"ticket_type": registration.ticket_type_id, "workshops": workshops}
    yield _line(RegistrationAction.ORDER_PLACED, order, order.placed_at, {"people": [bought]})
    if payment is not None:
        line = _line(
            RegistrationAction.PAYMENT_RECORDED,
            order,
            payment.recorded_at,
            {
                "payment": payment.pk,
                "amount_minor": payment.amount_minor,
                "method": payment.method,
            },
        )
        line.actor = payment.recorded_by
        yield line
    if order.confirmed_at is not None:
        yield _line(RegistrationAction.ORDER_CONFIRMED, order, order.confirmed_at, {})
    if order.ended_at is not None:
        yield _line(ENDS[OrderState(order.state)], order, order.ended_at, {})


def _line(
    action: RegistrationAction, order: Order, at: dt.datetime, data: dict[str, Any]
) -> HistoryEntry:
    return HistoryEntry(
        event_id=order.event_id,
        occurred_at=at,
        action=action.value,
        subject_type=Order._meta.label_lower,
        subject_id=order.pk,
        data=data,
    )
