"""What a person changes about her place herself: its workshops, or whose it is."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.money import Money
from conference.models import User
from conference.operations.history import record
from registration.models import (
    LedgerEntry,
    Order,
    QuotaPlace,
    Registration,
    RegistrationPolicy,
    WorkshopBooking,
)
from registration.operations.additions import release_bookings
from registration.operations.confirming import confirm_locked
from registration.operations.locking import lock_place, require_no_group
from registration.operations.refunding import request_refunds_locked
from registration.operations.taking_seats import take_seats
from registration.queries.changes import WorkshopChange, workshop_change_of
from registration.queries.money import kept_minor
from registration.queries.orders import charged_minor, owed_minor
from registration.rules.claims import Claims, claims_of
from registration.rules.refusals import (
    NothingChanges,
    PriceChanged,
    TooLateToChange,
)
from registration.rules.sale import are_changes_open, hold_until
from registration.states import (
    LedgerKind,
    LedgerReason,
    OrderState,
    PaymentMethod,
    RegistrationAction,
)


@transaction.atomic
def change_workshops(
    *,
    registration_id: int,
    workshops: Collection[str],
    by_herself: bool,
    actor: User | None,
    at: dt.datetime,
    held: Claims | None = None,
    agreed: Money | None = None,
) -> WorkshopChange:
    """
    Make these (by slug) the workshops of a place. The difference in price is charged or sent back.
    `held` is what an offer of the waiting list has taken for her already, `agreed` the difference
    she was shown.

    What is added to a paid order must be paid within the hold of its way of payment, else those
    seats alone are lost. Seats of removed workshops are free at once.

    :raises TooLateToChange: by herself after the event's date for changes.
    :raises WorkshopFull, SoldOut: if a seat is missing; nothing changes then.
    :raises NothingLikeIt, NothingChanges, PriceChanged:
    """
    order, registration = lock_place(registration_id)
    policy = RegistrationPolicy.objects.get(event=order.event_id)
    if by_herself:
        require_changes_open(policy, at=at)
        require_no_group(order)
    change = workshop_change_of(registration, wanted=workshops, at=at)
    if not change.added and not change.removed:
        raise NothingChanges(_("These are her workshops already."), field="workshops")
    if agreed is not None and change.difference != agreed:
        raise PriceChanged(_("The price is not the one you were shown. Please look at it again."))
    release_bookings(registration, change.removed, at=at)
    _book(order, registration, change, policy=policy, at=at)
    record(
        RegistrationAction.WORKSHOPS_CHANGED, event=order.event, subject=registration, actor=actor,
        at=at, data={
            "added": [workshop.pk for workshop, _price in change.added],
            "removed": [booking.workshop_id for booking in change.removed],
            "difference_minor": change.difference.amount_minor,
        },
    )  # fmt: skip
    _settle(order, change, actor=actor, at=at)
    claims = claims_of(
        workshop_ids=[workshop.pk for workshop, _price in change.added],
        quota_ids=[quota_id for quota_id, _workshop in change.quota_ids],
    )
    take_seats(claims - held if held else claims)
    return change


def require_changes_open(policy: RegistrationPolicy, *, at: dt.datetime) -> None:
    """:raises TooLateToChange: from the event's date for changes on, or once registration closed."""
    if not are_changes_open(policy, at=at):
        raise TooLateToChange(
            _("This can no longer be changed here. Please write to the organisers.")
        )


def _book(
    order: Order,
    registration: Registration,
    change: WorkshopChange,
    *,
    policy: RegistrationPolicy,
    at: dt.datetime,
) -> None:
    is_owed = order.state == OrderState.CONFIRMED and change.difference.amount_minor > 0
    method = PaymentMethod(order.payment_method)
    if method == PaymentMethod.FREE:
        method = PaymentMethod.BANK_TRANSFER
    until = hold_until(policy, method, order.event, at=at) if is_owed else None
    WorkshopBooking.objects.bulk_create(
        WorkshopBooking(
            workshop=workshop,
            registration=registration,
            price_minor=price.amount_minor,
            currency=price.currency,
            booked_at=at,
            must_be_paid_by=until if price.amount_minor else None,
        )
        for workshop, price in change.added
    )
    QuotaPlace.objects.bulk_create(
        QuotaPlace(quota_id=quota_id, registration=registration, workshop_id=workshop_id)
        for quota_id, workshop_id in change.quota_ids
    )
    released = sum(booking.price_minor for booking in change.removed)
    added = sum(price.amount_minor for _workshop, price in change.added)
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            order=order,
            kind=kind,
            reason=LedgerReason.CHANGE,
            amount_minor=amount_minor,
            currency=order.currency,
            registration=registration,
            entered_at=at,
        )
        for kind, amount_minor in ((LedgerKind.WAIVER, -released), (LedgerKind.CHARGE, added))
        if amount_minor
    )


def _settle(order: Order, change: WorkshopChange, *, actor: User | None, at: dt.datetime) -> None:
    """The total follows the ledger; what was paid too much goes back, what is paid is confirmed."""
    total = charged_minor(order)
    method = PaymentMethod(order.payment_method)
    if total > 0 and method == PaymentMethod.FREE:
        method = PaymentMethod.BANK_TRANSFER
    elif total == 0 and order.state == OrderState.PENDING:
        method = PaymentMethod.FREE
    if total > 0 or method == PaymentMethod.FREE:
        order.total_minor, order.payment_method = total, method
        order.save(update_fields=("total_minor", "payment_method"))
    owed = owed_minor(order)
    if order.state == OrderState.PENDING and owed <= 0:
        confirm_locked(order, actor=actor, at=at)
    back = min(-change.difference.amount_minor, -owed, kept_minor(order))
    if order.state == OrderState.CONFIRMED and back > 0:
        request_refunds_locked(
            order, amount_minor=back, reason=_("Workshops changed"), actor=actor, at=at
        )
