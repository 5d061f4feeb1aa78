"""
Places and seats: taken by one conditional update each, given back when their hold ends.

These rows are fought over and stay locked until the commit: take them last, and always in this
order, each kind by pk: ticket types, variations, workshops, quotas. So nobody waits in a ring.
"""

import datetime as dt

from django.db.models import F, Q
from django.utils.translation import gettext as _

from registration.models import (
    GroupSeat,
    Quota,
    QuotaPlace,
    Registration,
    TicketType,
    TicketVariation,
    Workshop,
    WorkshopBooking,
)
from registration.operations.standing_in_line import wake_lines
from registration.rules.claims import Claims, claims_of
from registration.rules.refusals import SoldOut, WorkshopFull
from registration.states import BookingState, GroupSeatState


def take_seats(claims: Claims, *, from_the_queue: bool = False) -> None:
    """
    Take all of it or refuse.

    While people wait for a ticket type or workshop its free places are theirs: only
    `from_the_queue` takes them.

    :raises SoldOut: if places are missing.
    :raises WorkshopFull: if a workshop has too few seats left.
    """
    nobody_waits = {} if from_the_queue else {"waiting": 0}
    for pk, number in sorted(claims.ticket_types.items()):
        taken = TicketType.objects.filter(
            pk=pk, places_taken__lte=F("places") - number, **nobody_waits
        ).update(places_taken=F("places_taken") + number)
        if not taken:
            raise SoldOut(
                _("The last place of this kind has just been taken."), field="ticket_type"
            )
    for pk, number in sorted(claims.variations.items()):
        has_room = Q(places__isnull=True) | Q(places_taken__lte=F("places") - number)
        taken = TicketVariation.objects.filter(has_room, pk=pk).update(
            places_taken=F("places_taken") + number
        )
        if not taken:
            raise SoldOut(_("This kind of the ticket is sold out."), field="variation")
    for pk, number in sorted(claims.workshops.items()):
        taken = Workshop.objects.filter(
            pk=pk, seats_taken__lte=F("seats") - number, **nobody_waits
        ).update(seats_taken=F("seats_taken") + number)
        if not taken:
            raise WorkshopFull(
                _("The last seat of the workshop “%(name)s” has just been taken.")
                % {"name": Workshop.objects.get(pk=pk)},
                field="workshops",
            )
    for pk, number in sorted(claims.quotas.items()):
        taken = Quota.objects.filter(pk=pk, taken__lte=F("size") - number).update(
            taken=F("taken") + number
        )
        if not taken:
            raise SoldOut(_("The last place of this kind has just been taken."), field="quota")


def give_back(claims: Claims) -> None:
    """The reverse. The caller sees to it that it happens once. Whoever waits for it is served soon."""
    for pk, number in sorted(claims.ticket_types.items()):
        TicketType.objects.filter(pk=pk).update(places_taken=F("places_taken") - number)
    for pk, number in sorted(claims.variations.items()):
        TicketVariation.objects.filter(pk=pk).update(places_taken=F("places_taken") - number)
    for pk, number in sorted(claims.workshops.items()):
        Workshop.objects.filter(pk=pk).update(seats_taken=F("seats_taken") - number)
    for pk, number in sorted(claims.quotas.items()):
        Quota.objects.filter(pk=pk).update(taken=F("taken") - number)
    wake_lines(claims)


def give_back_seats(registration: Registration, *, at: dt.datetime) -> None:
    """
    Give back the place and the seats of a registration that ends now.

    The same conditions as for `release_seats`.
    """
    give_back(release_seats(registration, at=at))


def release_seats(registration: Registration, *, at: dt.datetime) -> Claims:
    """
    End what a registration that ends now holds. Returns it, for the caller to give back: of many
    registrations at once, in the order of their rows.

    The caller holds the lock of its order and moves it out of a state that holds seats, so that
    this happens once.
    """
    bookings = WorkshopBooking.objects.filter(registration=registration, state=BookingState.ACTIVE)
    quota_places = QuotaPlace.objects.filter(registration=registration, state=BookingState.ACTIVE)
    if registration.order.is_for_group:
        GroupSeat.objects.filter(registration=registration, state=GroupSeatState.NAMED).update(
            state=GroupSeatState.RETURNED, returned_at=at
        )
    claims = claims_of(
        ticket_type_ids=[registration.ticket_type_id],
        variation_ids=[registration.variation_id] if registration.variation_id else [],
        workshop_ids=bookings.values_list("workshop_id", flat=True),
        quota_ids=quota_places.values_list("quota_id", flat=True),
    )
    if claims.workshops:
        bookings.update(state=BookingState.RELEASED, released_at=at, must_be_paid_by=None)
    if claims.quotas:
        quota_places.update(state=BookingState.RELEASED, released_at=at)
    return claims
