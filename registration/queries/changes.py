"""What changing her workshops would do, told before she decides."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from conference.kernel.money import Money
from registration.models import (
    Registration,
    RegistrationPolicy,
    Workshop,
    WorkshopBooking,
    offered_at,
)
from registration.queries.catalogue import catalogue_of
from registration.queries.wishes import societies_of
from registration.rules.pricing import Circumstances, phase_at, price_for
from registration.rules.refusals import NothingLikeIt
from registration.states import BookingState


@dataclass(frozen=True, slots=True)
class WorkshopChange:
    """
    `added` with their prices of today, `removed` with what was paid for them.

    `difference` is what is to be paid; negative if it goes back.
    """

    added: list[tuple[Workshop, Money]]
    removed: list[WorkshopBooking]
    difference: Money
    quota_ids: list[tuple[int, int]]


def workshop_change_of(
    registration: Registration, *, wanted: Collection[str], at: dt.datetime
) -> WorkshopChange:
    """
    What it means to hold exactly these workshops (by slug). Those inside the ticket stay.

    :raises NothingLikeIt: if one is not offered any more.
    :raises NotSoldInThisCurrency: if one has no price in the order's currency.
    """
    policy = RegistrationPolicy.objects.get(event=registration.event_id)
    catalogue = catalogue_of(policy)
    included = set(catalogue.included_workshops.get(registration.ticket_type_id, ()))
    bookings = list(
        registration.workshop_bookings.filter(state=BookingState.ACTIVE).select_related("workshop")
    )
    held = {booking.workshop.slug for booking in bookings}
    removed = [
        booking
        for booking in bookings
        if booking.workshop.slug not in wanted and booking.workshop_id not in included
    ]
    new = [slug for slug in dict.fromkeys(wanted) if slug not in held]
    found = {
        workshop.slug: workshop
        for workshop in Workshop.objects.filter(
            offered_at(at), event=registration.event_id, slug__in=new
        )
    }
    if len(found) != len(new):
        raise NothingLikeIt(_("There is no such workshop at this event."), field="workshops")
    phase = phase_at(catalogue.phases, at)
    person = Circumstances(
        profession=registration.profession,
        income_group=registration.income_group,
        phase_id=phase.pk if phase else None,
        society_ids=societies_of(catalogue, [registration.email]).get(
            registration.email.lower(), frozenset()
        ),
        variation_id=registration.variation_id,
        currency=registration.currency,
    )
    added = [
        (
            workshop,
            price_for(workshop.price, catalogue.workshop_prices.get(workshop.pk, ()), person).price,
        )
        for workshop in sorted(found.values(), key=lambda workshop: workshop.pk)
    ]
    difference = sum(price.amount_minor for _workshop, price in added) - sum(
        booking.price_minor for booking in removed
    )
    return WorkshopChange(
        added=added,
        removed=removed,
        difference=Money(difference, registration.currency),
        quota_ids=[
            (quota_id, workshop.pk)
            for workshop, _price in added
            for quota_id in catalogue.workshop_quotas.get(workshop.pk, ())
        ],
    )
