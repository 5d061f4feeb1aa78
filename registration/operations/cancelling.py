import datetime as dt

from django.db import transaction

from conference.models import User
from conference.operations.history import record
from registration.models import Order
from registration.operations.ending import end_locked
from registration.operations.telling import tell
from registration.rules.sale import require_may_cancel_alone
from registration.states import OrderState, RegistrationAction


@transaction.atomic
def cancel_order(*, order_id: int, actor: User | None, at: dt.datetime) -> Order:
    """
    Cancel an order for the organisers and give its seats back.

    :raises TransitionRefused: if it is cancelled or expired already.
    """
    order = _locked(order_id)
    _cancel_locked(order, actor=actor, at=at)
    return order


@transaction.atomic
def cancel_own_order(*, order_id: int, actor: User | None, at: dt.datetime) -> Order:
    """
    Cancel one's own order, from its page.

    :raises TooLateToCancel: if money was paid for it or the event has begun.
    """
    order = _locked(order_id)
    require_may_cancel_alone(
        state=order.state,
        total=order.total,
        first_day=order.event.first_day,
        today=at.astimezone(order.event.zone).date(),
    )
    _cancel_locked(order, actor=actor, at=at)
    return order


def _locked(order_id: int) -> Order:
    return (
        Order.objects.select_for_update(of=("self",))
        .select_related("event", "event__venue")
        .get(pk=order_id)
    )


def _cancel_locked(order: Order, *, actor: User | None, at: dt.datetime) -> None:
    end_locked(order, new=OrderState.CANCELLED, at=at)
    record(RegistrationAction.ORDER_CANCELLED, event=order.event, subject=order, actor=actor, at=at)
    for registration in order.registrations.order_by("pk"):
        tell("cancelled", order=order, registration=registration, event=order.event, at=at)
