"""What somebody gets back who cancels now, told before she decides."""

import datetime as dt
from dataclasses import dataclass

from conference.kernel.money import Money
from registration.models import Order, Registration, RegistrationPolicy, StatusProof
from registration.queries.money import kept_minor
from registration.queries.orders import charged_minor, owed_minor
from registration.rules.refunds import Step, amount_back, percent_back
from registration.rules.sale import may_cancel_alone
from registration.states import BookingState, OrderState, RegistrationState


@dataclass(frozen=True, slots=True)
class Cancellation:
    """
    What cancelling one place does: `price` is released, `fee` of it is kept, `refund` is sent back.

    `percent` is what the event's rule gives back on this day.
    """

    price: Money
    fee: Money
    refund: Money
    percent: int


def cancellation_of(registration: Registration, *, at: dt.datetime) -> Cancellation:
    """What cancelling this place would do at that moment. The refund is never more than was paid."""
    order = registration.order
    price_minor = price_of_place(registration)
    if order.state != OrderState.CONFIRMED:
        # Nothing is owed for a place that was never confirmed; what was paid of it goes back.
        others = order.is_for_group or (
            order.registrations.filter(state=RegistrationState.PENDING)
            .exclude(pk=registration.pk)
            .exists()
        )
        refund = 0 if others else kept_minor(order)
        return _in_money(price_minor, 0, refund, 100, order.currency)
    if registration.state == RegistrationState.PENDING:  # added, and not paid for yet
        kept = kept_minor(order)
        refund = min(max(kept - (charged_minor(order) - price_minor), 0), kept)
        return _in_money(price_minor, 0, refund, 100, order.currency)
    percent = percent_back(_steps(order.event_id), days_before=_days_before(registration, at=at))
    # What she has not paid of it is not sent back: it is released first.
    back = amount_back(price_minor, percent)
    released = min(_charged_later_and_unpaid(registration), back)
    refund = min(back - released, kept_minor(order))
    return _in_money(price_minor, price_minor - released - refund, refund, percent, order.currency)


def cancellations_of(order: Order, *, at: dt.datetime) -> list[tuple[Registration, Cancellation]]:
    """What cancelling all that is held of an order would do, place by place."""
    if order.state != OrderState.CONFIRMED:
        return []
    left = kept_minor(order)
    found = []
    for registration in order.registrations.holding_a_place().select_related("event", "order"):
        one = cancellation_of(registration, at=at)
        refund = min(one.refund.amount_minor, left)
        left -= refund
        price = one.price.amount_minor
        short = one.refund.amount_minor - refund
        is_added = registration.state == RegistrationState.PENDING
        fee = 0 if is_added else one.fee.amount_minor + short
        found.append((registration, _in_money(price, fee, refund, one.percent, order.currency)))
    return found


def may_cancel_herself(order: Order, *, at: dt.datetime) -> bool:
    """Whether who has the order may cancel it, or a place of it, without the organisers."""
    if order.is_for_group and order.state == OrderState.CONFIRMED:
        return False  # its people have the places: the organisers see to it
    today = at.astimezone(order.event.zone).date()
    if order.state == OrderState.CONFIRMED and refunds_are_promised(order.event_id):
        return today < order.event.first_day
    return may_cancel_alone(
        state=order.state, total=order.total, first_day=order.event.first_day, today=today
    )


def price_of_place(registration: Registration) -> int:
    """Her ticket and the workshops she holds, in minor units."""
    active = registration.workshop_bookings.filter(state=BookingState.ACTIVE)
    return registration.price_minor + sum(active.values_list("price_minor", flat=True))


def _charged_later_and_unpaid(registration: Registration) -> int:
    """What of a confirmed place's price waits for its money: added seats, a status not proved."""
    waiting = registration.workshop_bookings.filter(must_be_paid_by__isnull=False)
    later = sum(waiting.values_list("price_minor", flat=True))
    proof = StatusProof.objects.filter(registration=registration, charged_at__isnull=False).first()
    if proof is not None:
        later += proof.difference.amount_minor
    return min(later, max(owed_minor(registration.order), 0)) if later else 0


def refunds_are_promised(event_id: int) -> bool:
    """Whether the organisers have said what goes back; else only they cancel what was paid."""
    return bool(_steps(event_id))


def _steps(event_id: int) -> list[Step]:
    found = RegistrationPolicy.objects.filter(event=event_id).values_list("refund_steps", flat=True)
    return found.first() or []


def _days_before(registration: Registration, *, at: dt.datetime) -> int:
    event = registration.event
    return (event.first_day - at.astimezone(event.zone).date()).days


def _in_money(price: int, fee: int, refund: int, percent: int, currency: str) -> Cancellation:
    return Cancellation(
        Money(price, currency), Money(fee, currency), Money(refund, currency), percent
    )
