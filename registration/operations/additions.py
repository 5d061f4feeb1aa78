"""Seats that were added to a paid order: held for their own money, lost alone."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from conference.operations.history import record
from registration.models import LedgerEntry, Order, QuotaPlace, Registration, WorkshopBooking
from registration.operations.locking import lock_order
from registration.operations.taking_seats import give_back
from registration.queries.orders import charged_minor, owed_minor
from registration.rules.claims import claims_of
from registration.states import (
    BookingState,
    LedgerKind,
    LedgerReason,
    OrderState,
    RegistrationAction,
)


def release_bookings(
    registration: Registration, bookings: Iterable[WorkshopBooking], *, at: dt.datetime
) -> None:
    """Give back these seats of a place whose order is locked, and what they took of quotas."""
    removed = list(bookings)
    WorkshopBooking.objects.filter(pk__in=[booking.pk for booking in removed]).update(
        state=BookingState.RELEASED, released_at=at, must_be_paid_by=None
    )
    workshop_ids = [booking.workshop_id for booking in removed]
    places = QuotaPlace.objects.filter(
        registration=registration, workshop__in=workshop_ids, state=BookingState.ACTIVE
    )
    quota_ids = list(places.values_list("quota_id", flat=True))
    places.update(state=BookingState.RELEASED, released_at=at)
    give_back(claims_of(workshop_ids=workshop_ids, quota_ids=quota_ids))


def keep_paid_additions(order: Order) -> None:
    """Once a locked order owes nothing, what was added to it is hers."""
    WorkshopBooking.objects.filter(registration__order=order, must_be_paid_by__isnull=False).update(
        must_be_paid_by=None
    )


@transaction.atomic
def release_unpaid_addition(*, booking_id: int, at: dt.datetime) -> bool:
    """
    End one added seat whose time to pay is over, and withdraw its charge. False if that is not so any more.
    """
    booking = WorkshopBooking.objects.select_related("registration").get(pk=booking_id)
    order = lock_order(booking.registration.order_id)
    booking.refresh_from_db()
    if booking.must_be_paid_by is None or booking.must_be_paid_by > at:
        return False
    if order.state == OrderState.CONFIRMED and owed_minor(order) <= 0:
        WorkshopBooking.objects.filter(pk=booking.pk).update(must_be_paid_by=None)
        return False
    release_bookings(booking.registration, [booking], at=at)
    LedgerEntry.objects.create(
        order=order,
        kind=LedgerKind.WAIVER,
        reason=LedgerReason.EXPIRY,
        amount_minor=-booking.price_minor,
        currency=order.currency,
        registration=booking.registration,
        entered_at=at,
    )
    total = charged_minor(order)
    if total > 0:
        order.total_minor = total
        order.save(update_fields=("total_minor",))
    record(
        RegistrationAction.ADDITION_LAPSED, event=order.event, subject=booking.registration,
        actor=None, at=at, data={"workshop": booking.workshop_id},
    )  # fmt: skip
    return True
