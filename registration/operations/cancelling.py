"""Giving places back: one person's or a whole order's, by herself or by the organisers."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.states import require_transition
from conference.models import User
from conference.operations.history import record
from conference.states import WebhookKind
from registration.models import LedgerEntry, Order, Registration
from registration.operations.confirming import confirm_locked
from registration.operations.ending import end_locked
from registration.operations.group_seats import has_unnamed_seats
from registration.operations.inviting import withdraw_letters_of
from registration.operations.locking import lock_order, require_no_group
from registration.operations.refunding import request_refunds_locked
from registration.operations.taking_seats import give_back, release_seats
from registration.operations.telling import tell, tell_buyer
from registration.operations.telling_partners import announce_order
from registration.operations.using_vouchers import give_back_voucher
from registration.queries.orders import charged_minor, owed_minor
from registration.queries.refunds import Cancellation, cancellation_of, may_cancel_herself
from registration.rules.claims import Claims
from registration.rules.refusals import TooLateToCancel
from registration.states import (
    REGISTRATION_TRANSITIONS,
    LedgerKind,
    LedgerReason,
    OrderState,
    PaymentMethod,
    RegistrationAction,
    RegistrationState,
)


@transaction.atomic
def cancel_order(*, order_id: int, actor: User | None, at: dt.datetime) -> Order:
    """
    Cancel an order for the organisers and give its seats back. What was paid stays owed to her.

    :raises TransitionRefused: if it is cancelled or expired already.
    """
    order = lock_order(order_id)
    _cancel_locked(order, actor=actor, at=at)
    return order


@transaction.atomic
def cancel_own_order(*, order_id: int, actor: User | None, at: dt.datetime) -> Order:
    """
    Cancel one's own order, from its page; what the event's rule gives back is sent back.

    :raises TooLateToCancel: if the event has begun, or only the organisers can.
    """
    order = lock_order(order_id)
    _require_may_cancel(order, at=at)
    if order.state == OrderState.PENDING or order.total_minor == 0:
        _cancel_locked(order, actor=actor, at=at)
        return order
    claims = Claims()
    for registration in _places(order):
        claims += _cancel_place(order, registration, actor=actor, at=at)[1]
    # Last and all at once, as buyers take them: one by one, two people's seats could make a ring.
    give_back(claims)
    return order


@transaction.atomic
def cancel_registration(
    *, registration_id: int, by_herself: bool, actor: User | None, at: dt.datetime
) -> Cancellation:
    """
    Cancel one person's place; the others of her order stay. What goes back is asked for at once.

    The last place cancels the order.

    :raises TooLateToCancel: if she does so herself and the event has begun, or only the organisers
        can.
    :raises TransitionRefused: if the place is not held any more.
    """
    order = lock_order(
        Registration.objects.values_list("order_id", flat=True).get(pk=registration_id)
    )
    if by_herself:
        _require_may_cancel(order, at=at)
        require_no_group(order)
    registration = (
        order.registrations.select_for_update(of=("self",))
        .select_related("event")
        .get(pk=registration_id)
    )
    cancellation, claims = _cancel_place(order, registration, actor=actor, at=at)
    give_back(claims)
    return cancellation


def _require_may_cancel(order: Order, *, at: dt.datetime) -> None:
    if order.state == OrderState.PAID_WITHOUT_SEAT:
        raise TooLateToCancel(_("The organisers will write to you about this order."))
    if not may_cancel_herself(order, at=at):
        raise TooLateToCancel(
            _("This order can no longer be cancelled here. Please write to the organisers.")
        )


def _places(order: Order) -> list[Registration]:
    held = order.registrations.holding_a_place().select_related("event")
    return list(held.select_for_update(of=("self",)).order_by("pk"))


def _cancel_locked(order: Order, *, actor: User | None, at: dt.datetime) -> None:
    places = _places(order)
    end_locked(order, new=OrderState.CANCELLED, at=at)
    record(RegistrationAction.ORDER_CANCELLED, event=order.event, subject=order, actor=actor, at=at)
    announce_order(WebhookKind.ORDER_CANCELLED, order, at=at)
    if order.is_for_group:
        tell_buyer("cancelled", order=order, registrations=[], event=order.event, at=at)
        told = places
    else:
        told = places or list(order.registrations.order_by("pk"))
    for registration in told:
        tell("cancelled", order=order, registration=registration, event=order.event, at=at)


def _cancel_place(
    order: Order, registration: Registration, *, actor: User | None, at: dt.datetime
) -> tuple[Cancellation, Claims]:
    """What goes back to her, and what the caller has to give back to everybody."""
    require_transition(
        REGISTRATION_TRANSITIONS,
        old=RegistrationState(registration.state),
        new=RegistrationState.CANCELLED,
    )
    cancellation = cancellation_of(registration, at=at)
    registration.state = RegistrationState.CANCELLED
    registration.ended_at = at
    registration.must_be_paid_by = None
    registration.save(update_fields=("state", "ended_at", "must_be_paid_by"))
    give_back_voucher(registration)  # before the seats: buyers lock a code first
    claims = release_seats(registration, at=at)
    withdraw_letters_of(registration, actor=actor, at=at)
    _enter(order, registration, cancellation, at=at)
    record(
        RegistrationAction.PLACE_CANCELLED, event=order.event, subject=registration, actor=actor,
        at=at, data={"refund_minor": cancellation.refund.amount_minor, "percent": cancellation.percent},
    )  # fmt: skip
    follow_its_places(order, actor=actor, at=at)
    if cancellation.refund.amount_minor:
        request_refunds_locked(
            order, amount_minor=cancellation.refund.amount_minor,
            reason=f"{registration.badge_name}: {cancellation.percent} %", actor=actor, at=at,
        )  # fmt: skip
    # What goes back of a group's seat goes to who paid for it, and is not told to who sat there.
    is_told = cancellation.refund.amount_minor and not order.is_for_group
    tell(
        "place_cancelled", order=order, registration=registration, event=order.event, at=at,
        refund=cancellation.refund.written(order.language) if is_told else "",
    )  # fmt: skip
    return cancellation, claims


def _enter(
    order: Order, registration: Registration, cancellation: Cancellation, *, at: dt.datetime
) -> None:
    lines = [
        (LedgerKind.WAIVER, LedgerReason.CANCELLATION, -cancellation.price.amount_minor),
        (LedgerKind.CHARGE, LedgerReason.FEE, cancellation.fee.amount_minor),
    ]
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            order=order,
            kind=kind,
            reason=reason,
            amount_minor=amount_minor,
            currency=order.currency,
            registration=registration,
            entered_at=at,
        )
        for kind, reason, amount_minor in lines
        if amount_minor
    )


def follow_its_places(order: Order, *, actor: User | None, at: dt.datetime) -> None:
    """The order ends with its last place; what is left of a waiting one may be paid or free now."""
    held = order.registrations.holding_a_place()
    if not held.exists() and not has_unnamed_seats(order):
        order.state = OrderState.CANCELLED
        order.ended_at = at
        order.expires_at = None
        order.save(update_fields=("state", "ended_at", "expires_at"))
        record(
            RegistrationAction.ORDER_CANCELLED, event=order.event, subject=order, actor=actor, at=at
        )
        announce_order(WebhookKind.ORDER_CANCELLED, order, at=at)
        return
    charged = charged_minor(order)
    if charged > 0:
        order.total_minor = charged
    elif order.state == OrderState.PENDING:  # only free places are left
        order.total_minor, order.payment_method = 0, PaymentMethod.FREE
    order.save(update_fields=("total_minor", "payment_method"))
    if order.state == OrderState.PENDING and owed_minor(order) <= 0:
        confirm_locked(order, actor=actor, at=at)
