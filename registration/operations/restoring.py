"""Taking back a cancellation that was a mistake, as long as the places are there still."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from conference.kernel.states import require_transition
from conference.models import User
from conference.operations.history import record
from conference.states import WebhookKind
from registration.models import LedgerEntry, Order, Registration, WorkshopBooking
from registration.operations.additions import keep_paid_additions
from registration.operations.confirming import confirm_locked, issue_badge
from registration.operations.locking import lock_order
from registration.operations.proving import expect_again
from registration.operations.reviving import come_back
from registration.operations.taking_seats import take_seats
from registration.operations.telling import tell
from registration.operations.telling_partners import announce_order
from registration.queries.orders import owed_minor
from registration.queries.owed_additions import owed_for_additions_minor, price_of_additions_minor
from registration.queries.restoring import lost_by_cancelling, may_be_restored
from registration.rules.claims import Claims
from registration.rules.refusals import CannotRestore
from registration.rules.sale import hold_until
from registration.states import (
    ORDER_RESTORES,
    REGISTRATION_RESTORES,
    BookingState,
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
    added = _seats_added_later(order, ended_at=order.ended_at)
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
    elif was_confirmed:
        _let_wait_for_money(order, added, until=until)
    take_seats(claims)
    return order


def _seats_added_later(order: Order, *, ended_at: dt.datetime) -> list[WorkshopBooking]:
    """What confirmed people of the order had added by then, the newest first."""
    return list(
        WorkshopBooking.objects.filter(
            registration__order=order,
            state=BookingState.RELEASED,
            released_at=ended_at,
            booked_at__gt=F("registration__confirmed_at"),
        ).order_by("-booked_at", "-pk")
    )


def _let_wait_for_money(order: Order, added: list[WorkshopBooking], *, until: dt.datetime) -> None:
    """What is owed is owed for what came last: it is held for its money as before, and lost alone."""
    owed = owed_for_additions_minor(order) - price_of_additions_minor(order)
    for before in added:
        if owed <= 0:
            return
        if before.price_minor:
            WorkshopBooking.objects.filter(
                registration_id=before.registration_id,
                workshop_id=before.workshop_id,
                state=BookingState.ACTIVE,
            ).update(must_be_paid_by=until)
            owed -= before.price_minor


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
