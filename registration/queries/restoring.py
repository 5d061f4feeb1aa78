"""Whether a cancellation can be taken back."""

import datetime as dt

from registration.models import Order, RegistrationQuerySet
from registration.states import LedgerReason, OrderState, RefundState, RegistrationState

DAYS_TO_RESTORE = 30


def lost_by_cancelling(order: Order) -> RegistrationQuerySet:
    """Those who lost their places with the order; who cancelled alone before does not come back."""
    lost: RegistrationQuerySet = order.registrations.filter(
        state=RegistrationState.CANCELLED, ended_at=order.ended_at
    )
    return lost


def may_be_restored(order: Order, *, at: dt.datetime) -> bool:
    """
    For thirty days, before the event is over, if all its money is here still.

    Not a group's, whose seats went to whoever came, and not where it was cancelled place by place by the event's rule of refunds: then fees were kept.
    """
    if order.state != OrderState.CANCELLED or order.ended_at is None or order.is_for_group:
        return False
    if at >= order.ended_at + dt.timedelta(days=DAYS_TO_RESTORE):
        return False
    if at.astimezone(order.event.zone).date() > order.event.last_day:
        return False
    by_rule = order.ledger_entries.filter(
        reason=LedgerReason.CANCELLATION, entered_at=order.ended_at, registration__isnull=False
    )
    went_back = order.refunds.exclude(state__in=[RefundState.CANCELLED, RefundState.FAILED])
    if by_rule.exists() or went_back.exists():
        return False
    return lost_by_cancelling(order).exists()
