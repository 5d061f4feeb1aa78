"""Taking back a cancellation that was a mistake, as long as the places are there still."""

import datetime as dt

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from conference.kernel.states import require_transition
from conference.models import User
from conference.operations.history import record
from conference.states import WebhookKind
from registration.models import LedgerEntry, Order, Registration
from registration.operations.additions import keep_paid_additions
from registration.operations.confirming import confirm_locked, issue_badge
from registration.operations.locking import lock_order
from registration.operations.proving import expect_again
from registration.operations.reviving import come_back
from registration.operations.taking_seats import take_seats
from registration.operations.telling import tell
from registration.operations.telling_partners import announce_order
from registration.queries.orders import owed_minor
from registration.queries.restoring import lost_by_cancelling, may_be_restored
from registration.rules.claims import Claims
from registration.rules.refusals import CannotRestore
from registration.rules.sale import hold_until
from registration.states import (
    ORDER_RESTORES,
    REGISTRATION_RESTORES,
    LedgerKind,
    LedgerReason,
    OrderState,
    PaymentMethod,
    RegistrationAction,
    RegistrationState,
)


@transaction.atomic
def restore_order(*, order_id: int, actor: User, at: dt.datetime) -> Order:
    """
    Give a cancelled order its places, seats, prices and badges back, as if nothing had happened.

    Who had not paid yet has the time of her way of payment again. Letters for a visa stay withdrawn.

    :raises CannotRestore: thirty days after, once the event is over, or if money went back.
    :raises SoldOut, WorkshopFull, AlreadyRegistered: if a place or a person is taken meanwhile;
        nothing changes then.
    """
    order = lock_order(order_id)
    if order.ended_at is None or not may_be_restored(order, at=at):
        raise CannotRestore(_("This cancellation can no longer be taken back."))
    waived = _waived_minor(order, ended_at=order.ended_at)
    lost = lost_by_cancelling(order)
    was_confirmed = order.confirmed_at is not None
    until = hold_until(
        order.event.registration_policy, PaymentMethod(order.payment_method), order.event, at=at
    )
    new = OrderState.CONFIRMED if was_confirmed else OrderState.PENDING
    require_transition(ORDER_RESTORES, old=OrderState(order.state), new=new)
    order.state, order.ended_at = new, None
    order.expires_at = None if was_confirmed else until
    order.save(update_fields=("state", "ended_at", "expires_at"))
    claims = Claims()
    for registration in lost.select_for_update(of=("self",)).order_by("pk"):
        claims += come_back(registration, at=at)
        added_until = until if was_confirmed and registration.confirmed_at is None else None
        _give_back(registration, must_be_paid_by=added_until, at=at)
        tell("restored", order=order, registration=registration, event=order.event, at=at)
    if waived:
        LedgerEntry.objects.create(
            order=order, kind=LedgerKind.CHARGE, reason=LedgerReason.RESTORED, amount_minor=waived,
            currency=order.currency, entered_at=at,
        )  # fmt: skip
    record(RegistrationAction.ORDER_RESTORED, event=order.event, subject=order, actor=actor, at=at)
    announce_order(
        WebhookKind.ORDER_CONFIRMED if was_confirmed else WebhookKind.ORDER_PLACED, order, at=at
    )
    if owed_minor(order) <= 0:  # the money came while it was cancelled
        if order.state == OrderState.PENDING:
            confirm_locked(order, actor=actor, at=at)
        keep_paid_additions(order, at=at)
    take_seats(claims)
    return order


def _give_back(
    registration: Registration, *, must_be_paid_by: dt.datetime | None, at: dt.datetime
) -> None:
    is_hers = registration.confirmed_at is not None
    new = RegistrationState.CONFIRMED if is_hers else RegistrationState.PENDING
    require_transition(REGISTRATION_RESTORES, old=RegistrationState(registration.state), new=new)
    registration.state, registration.ended_at = new, None
    registration.must_be_paid_by = must_be_paid_by
    registration.save(update_fields=("state", "ended_at", "must_be_paid_by"))
    if is_hers and not registration.badges.filter(revoked_at__isnull=True).exists():
        issue_badge(registration, at=at)
    expect_again(registration, at=at)


def _waived_minor(order: Order, *, ended_at: dt.datetime) -> int:
    """What the cancellation took off the order, to be charged again."""
    waived = order.ledger_entries.filter(
        kind=LedgerKind.WAIVER, reason=LedgerReason.CANCELLATION, entered_at=ended_at
    )
    return -(waived.aggregate(sum=Sum("amount_minor"))["sum"] or 0)
