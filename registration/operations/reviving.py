"""Giving an order whose hold was over its places again, once its money is there."""

import datetime as dt

from django.utils.translation import gettext as _

from conference.models import User
from registration.models import LedgerEntry, Order, Registration, WorkshopBooking
from registration.operations.confirming import confirm_locked
from registration.operations.taking_seats import take_seats
from registration.rules.refusals import AlreadyRegistered
from registration.states import BookingState, LedgerKind, LedgerReason


def revive_locked(order: Order, *, actor: User | None, at: dt.datetime) -> None:
    """
    Take the places and seats of a locked, expired order again, charge it and confirm it.

    Call it in a savepoint: when it refuses, some of the seats are taken already.

    :raises SoldOut, WorkshopFull: if something is not there any more.
    :raises AlreadyRegistered: if somebody of the order has another place by now.
    """
    for registration in order.registrations.select_for_update().order_by("pk"):
        _take_again(registration, at=at)
    LedgerEntry.objects.create(
        order=order,
        kind=LedgerKind.CHARGE,
        reason=LedgerReason.REVIVAL,
        amount_minor=order.total_minor,
        currency=order.currency,
        entered_at=at,
    )
    confirm_locked(order, actor=actor, at=at)


def lost_bookings(registration: Registration) -> list[WorkshopBooking]:
    """Exactly the seats that the expiry gave away."""
    return list(
        registration.workshop_bookings.filter(
            state=BookingState.RELEASED, released_at=registration.ended_at
        )
    )


def _take_again(registration: Registration, *, at: dt.datetime) -> None:
    others = Registration.objects.filter(
        event_id=registration.event_id, email__iexact=registration.email
    ).holding_a_place()
    if others.exists():
        raise AlreadyRegistered(_("This e-mail is registered for the event already."))
    released = lost_bookings(registration)
    take_seats(
        ticket_type_id=registration.ticket_type_id,
        workshop_ids=[booking.workshop_id for booking in released],
    )
    WorkshopBooking.objects.bulk_create(
        WorkshopBooking(
            workshop_id=booking.workshop_id,
            registration=registration,
            price_minor=booking.price_minor,
            currency=booking.currency,
            booked_at=at,
        )
        for booking in released
    )
