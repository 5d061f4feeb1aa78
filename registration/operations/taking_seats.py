"""Places and seats: taken by one conditional update each, given back when their hold ends."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import F
from django.utils.translation import gettext as _

from registration.models import Registration, TicketType, Workshop, WorkshopBooking
from registration.rules.refusals import SoldOut, WorkshopFull
from registration.states import BookingState


def take_seats(*, ticket_type_id: int, workshop_ids: Iterable[int]) -> None:
    """
    Take a place and the seats; the ticket type first, then workshops by pk, always in that order.

    These rows are fought over and stay locked until the commit: take them last.

    :raises SoldOut: if no place is left.
    :raises WorkshopFull: if a workshop has no seat left.
    """
    taken = TicketType.objects.filter(pk=ticket_type_id, places_taken__lt=F("places")).update(
        places_taken=F("places_taken") + 1
    )
    if not taken:
        raise SoldOut(_("The last place of this kind has just been taken."), field="ticket_type")
    for workshop_id in sorted(set(workshop_ids)):
        taken = Workshop.objects.filter(pk=workshop_id, seats_taken__lt=F("seats")).update(
            seats_taken=F("seats_taken") + 1
        )
        if not taken:
            raise WorkshopFull(
                _("The last seat of the workshop “%(name)s” has just been taken.")
                % {"name": Workshop.objects.get(pk=workshop_id)},
                field="workshops",
            )


def give_back_seats(registration: Registration, *, at: dt.datetime) -> None:
    """
    Give back the place and the seats of a registration that ends now.

    The caller holds the lock of its order and moves it out of a state that holds seats, so that
    this happens once.
    """
    TicketType.objects.filter(pk=registration.ticket_type_id).update(
        places_taken=F("places_taken") - 1
    )
    bookings = WorkshopBooking.objects.filter(registration=registration, state=BookingState.ACTIVE)
    for booking in bookings.order_by("workshop_id"):
        Workshop.objects.filter(pk=booking.workshop_id).update(seats_taken=F("seats_taken") - 1)
    bookings.update(state=BookingState.RELEASED, released_at=at)
