"""Giving an order whose hold was over its places again, once its money is there."""

import datetime as dt

from django.utils.translation import gettext as _

from conference.models import User
from registration.models import LedgerEntry, Order, QuotaPlace, Registration, WorkshopBooking
from registration.operations.confirming import confirm_locked
from registration.operations.group_seats import seats_come_back
from registration.operations.taking_seats import take_seats
from registration.operations.using_vouchers import use_voucher_again
from registration.rules.claims import Claims, claims_of
from registration.rules.refusals import AlreadyRegistered
from registration.states import BookingState, LedgerKind, LedgerReason, RegistrationState


def revive_locked(
    order: Order, *, actor: User | None, at: dt.datetime, from_the_queue: bool = False
) -> None:
    """
    Take the places and seats of a locked, expired order again, charge it and confirm it.

    Call it in a savepoint: when it refuses, some of the work is done already. The free places of
    who waits are only taken `from_the_queue`.

    :raises SoldOut, WorkshopFull: if something is not there any more.
    :raises AlreadyRegistered: if somebody of the order has another place by now.
    """
    claims = Claims()
    for registration in lost_registrations(order):
        claims += come_back(registration, at=at)
        _charge_again(order, registration, at=at)
    claims += seats_come_back(order, at=at)
    take_seats(claims, from_the_queue=from_the_queue)
    confirm_locked(order, actor=actor, at=at)


def lost_registrations(order: Order) -> list[Registration]:
    """Those whose places the expiry gave away; who cancelled before does not come back."""
    expired = order.registrations.filter(state=RegistrationState.EXPIRED)
    return list(expired.select_for_update().order_by("pk"))


def lost_claims(registration: Registration) -> Claims:
    """Exactly what the expiry gave away."""
    given_away = {"state": BookingState.RELEASED, "released_at": registration.ended_at}
    bookings = registration.workshop_bookings.filter(**given_away)
    quota_places = registration.quota_places.filter(**given_away)
    return claims_of(
        ticket_type_ids=[registration.ticket_type_id],
        variation_ids=[registration.variation_id] if registration.variation_id else [],
        workshop_ids=bookings.values_list("workshop_id", flat=True),
        quota_ids=quota_places.values_list("quota_id", flat=True),
    )


def _charge_again(order: Order, registration: Registration, *, at: dt.datetime) -> None:
    """What she came back with: her ticket and the seats booked again now."""
    again = registration.workshop_bookings.filter(state=BookingState.ACTIVE, booked_at=at)
    price_minor = registration.price_minor + sum(again.values_list("price_minor", flat=True))
    if price_minor:
        LedgerEntry.objects.create(
            order=order,
            kind=LedgerKind.CHARGE,
            amount_minor=price_minor,
            currency=order.currency,
            registration=registration,
            reason=LedgerReason.REVIVAL,
            entered_at=at,
        )


def come_back(registration: Registration, *, at: dt.datetime) -> Claims:
    """
    Book again what a place that ended gave away, and say what has to be taken for it.

    :raises AlreadyRegistered: if she has another place by now.
    """
    others = Registration.objects.filter(
        event_id=registration.event_id, email__iexact=registration.email
    ).holding_a_place()
    if others.exists():
        raise AlreadyRegistered(_("This e-mail is registered for the event already."))
    claims = lost_claims(registration)
    given_away = {"state": BookingState.RELEASED, "released_at": registration.ended_at}
    WorkshopBooking.objects.bulk_create(
        WorkshopBooking(
            workshop_id=booking.workshop_id,
            registration=registration,
            price_minor=booking.price_minor,
            currency=booking.currency,
            booked_at=at,
        )
        for booking in list(registration.workshop_bookings.filter(**given_away))
    )
    QuotaPlace.objects.bulk_create(
        QuotaPlace(
            quota_id=place.quota_id, registration=registration, workshop_id=place.workshop_id
        )
        for place in list(registration.quota_places.filter(**given_away))
    )
    if registration.voucher_id and not use_voucher_again(registration):
        registration.voucher = None
        registration.save(update_fields=("voucher",))
    return claims
