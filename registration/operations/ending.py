"""What ending an order means, whether she cancels it or its hold runs out."""

import datetime as dt

from conference.kernel.states import require_transition
from registration.models import LedgerEntry, Order
from registration.operations.group_seats import group_of, release_unnamed
from registration.operations.inviting import withdraw_letters_of
from registration.operations.locking import hold_off_quota_changes
from registration.operations.taking_seats import give_back, release_seats
from registration.operations.using_vouchers import give_back_voucher
from registration.queries.orders import charged_minor
from registration.rules.claims import Claims
from registration.states import (
    ORDER_HOLDS_SEATS,
    ORDER_TRANSITIONS,
    PLACE_IS_HELD,
    REGISTRATION_TRANSITIONS,
    LedgerKind,
    LedgerReason,
    OrderState,
    RegistrationState,
)


def end_locked(order: Order, *, new: OrderState, at: dt.datetime) -> None:
    """
    Move a locked order to cancelled or expired, give its seats back, withdraw what it was charged.

    Money that had arrived stays in the ledger as owed to the person.
    """
    old = OrderState(order.state)
    require_transition(ORDER_TRANSITIONS, old=old, new=new)
    if order.is_for_group:
        hold_off_quota_changes()
    order.state = new
    order.ended_at = at
    order.expires_at = None
    order.save(update_fields=("state", "ended_at", "expires_at"))
    registration_state = RegistrationState(new.value)
    claims = Claims()
    for registration in order.registrations.select_for_update().order_by("pk"):
        if old not in ORDER_HOLDS_SEATS or registration.state not in PLACE_IS_HELD:
            continue  # its seats went when it expired, or when she cancelled or lapsed alone
        require_transition(
            REGISTRATION_TRANSITIONS,
            old=RegistrationState(registration.state),
            new=registration_state,
        )
        registration.state = registration_state
        registration.ended_at = at
        registration.must_be_paid_by = None
        registration.save(update_fields=("state", "ended_at", "must_be_paid_by"))
        give_back_voucher(registration)
        claims += release_seats(registration, at=at)
        withdraw_letters_of(registration, actor=None, at=at)
    if order.is_for_group and old in ORDER_HOLDS_SEATS:
        claims += release_unnamed(group_of(order), at=at)[1]
    charged = charged_minor(order)
    if charged > 0:
        LedgerEntry.objects.create(
            order=order,
            kind=LedgerKind.WAIVER,
            amount_minor=-charged,
            currency=order.currency,
            reason=LedgerReason.EXPIRY if new == OrderState.EXPIRED else LedgerReason.CANCELLATION,
            entered_at=at,
        )
    # Last and all at once, as buyers take them: one by one, two people's seats could make a ring.
    give_back(claims)
