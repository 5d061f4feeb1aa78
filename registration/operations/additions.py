"""Seats and people that were added to a paid order: held for their own money, lost alone."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from conference.kernel.states import require_transition
from conference.operations.history import record
from registration.models import LedgerEntry, Order, QuotaPlace, Registration, WorkshopBooking
from registration.operations.cancelling import follow_its_places
from registration.operations.confirming import confirm_place
from registration.operations.locking import lock_order
from registration.operations.taking_seats import give_back, give_back_seats
from registration.operations.telling import tell_buyer
from registration.queries.orders import charged_minor
from registration.queries.owed_additions import owed_for_additions_minor
from registration.queries.refunds import price_of_place
from registration.rules.claims import claims_of
from registration.states import (
    REGISTRATION_TRANSITIONS,
    BookingState,
    LedgerKind,
    LedgerReason,
    OrderState,
    RegistrationAction,
    RegistrationState,
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


def keep_paid_additions(order: Order, *, at: dt.datetime) -> None:
    """Once a locked order owes nothing, what was added to it stays, and who was added is confirmed."""
    WorkshopBooking.objects.filter(registration__order=order, must_be_paid_by__isnull=False).update(
        must_be_paid_by=None
    )
    added = order.registrations.filter(must_be_paid_by__isnull=False)
    for registration in added.select_for_update(of=("self",)).order_by("pk"):
        confirm_place(order, registration, at=at)


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
    if order.state == OrderState.CONFIRMED and owed_for_additions_minor(order) <= 0:
        keep_paid_additions(order, at=at)
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


@transaction.atomic
def release_unpaid_person(*, registration_id: int, at: dt.datetime) -> bool:
    """
    End the place of one who was added and is not paid for in time. False if that is not so any more.
    """
    order = lock_order(
        Registration.objects.values_list("order_id", flat=True).get(pk=registration_id)
    )
    registration = order.registrations.select_for_update(of=("self",)).get(pk=registration_id)
    if registration.must_be_paid_by is None or registration.must_be_paid_by > at:
        return False
    if owed_for_additions_minor(order) <= 0:
        keep_paid_additions(order, at=at)
        return False
    require_transition(
        REGISTRATION_TRANSITIONS,
        old=RegistrationState(registration.state),
        new=RegistrationState.EXPIRED,
    )
    price_minor = price_of_place(registration)
    registration.state, registration.ended_at = RegistrationState.EXPIRED, at
    registration.must_be_paid_by = None
    registration.save(update_fields=("state", "ended_at", "must_be_paid_by"))
    give_back_seats(registration, at=at)
    LedgerEntry.objects.create(
        order=order, kind=LedgerKind.WAIVER, reason=LedgerReason.EXPIRY,
        amount_minor=-price_minor, currency=order.currency, registration=registration,
        entered_at=at,
    )  # fmt: skip
    record(
        RegistrationAction.PLACE_LAPSED, event=order.event, subject=registration, actor=None, at=at
    )
    follow_its_places(order, actor=None, at=at)
    tell_buyer("person_lapsed", order=order, registrations=[registration], event=order.event, at=at)
    return True
