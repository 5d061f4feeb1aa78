"""What a person may still change about her place, and what is offered to her for it."""

import datetime as dt
from dataclasses import dataclass

from registration.models import Registration, RegistrationPolicy, Workshop
from registration.queries.offers import Asker, WorkshopOffer, shop_of
from registration.queries.refunds import Cancellation, cancellation_of, may_cancel_herself
from registration.queries.wishes import societies_of
from registration.rules.sale import are_changes_open
from registration.states import BookingState, RegistrationState

HELD = (RegistrationState.PENDING, RegistrationState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """`knows_the_order`: the order's page is hers too, not only of somebody who bought for her."""

    may_change: bool
    may_cancel: bool
    knows_the_order: bool
    is_of_a_group: bool


def own_place(registration: Registration, *, at: dt.datetime) -> OwnPlace:
    policy = RegistrationPolicy.objects.filter(event=registration.event_id).first()
    is_held = registration.state in HELD
    order = registration.order
    is_alone = (
        not order.is_for_group and not order.registrations.exclude(pk=registration.pk).exists()
    )
    return OwnPlace(
        may_change=is_held
        and not order.is_for_group
        and policy is not None
        and are_changes_open(policy, at=at),
        may_cancel=is_held and not order.is_for_group and may_cancel_herself(order, at=at),
        knows_the_order=is_alone or order.email.casefold() == registration.email.casefold(),
        is_of_a_group=is_held and order.is_for_group,
    )


@dataclass(frozen=True, slots=True)
class WorkshopsOfPlace:
    """`offers` are what she has or can have; `held` and `included` are slugs of them."""

    offers: list[WorkshopOffer]
    held: list[str]
    included: list[str]

    @property
    def full(self) -> list[Workshop]:
        """What she has not and cannot have now, but may wait for."""
        hers = {*self.held, *self.included}
        return [
            each.workshop
            for each in self.offers
            if each.seats_left < 1 and each.workshop.slug not in hers
        ]


def workshops_of_place(registration: Registration, *, at: dt.datetime) -> WorkshopsOfPlace:
    """What she has with what she paid for it, and what is offered at today's price."""
    shop = shop_of(registration.event, voucher_code="", at=at)
    society_ids: frozenset[int] = frozenset()
    included_ids: list[int] = []
    if shop.catalogue:
        societies = societies_of(shop.catalogue, [registration.email])
        society_ids = societies.get(registration.email.lower(), frozenset())
        included_ids = shop.catalogue.included_workshops.get(registration.ticket_type_id, [])
    offer = shop.offer_to(
        Asker(
            country=str(registration.country),
            profession=registration.profession,
            society_id=next(iter(sorted(society_ids)), None),
            currency=registration.currency,
        )
    )
    active = registration.workshop_bookings.filter(state=BookingState.ACTIVE)
    held = list(active.values_list("workshop__slug", flat=True))
    included = [each.workshop.slug for each in offer.workshops if each.workshop.pk in included_ids]
    return WorkshopsOfPlace(offer.workshops, held, included)


def cancellation_on_its_page(registration: Registration, *, at: dt.datetime) -> Cancellation | None:
    """What cancelling would give back; None if only the organisers can."""
    if not own_place(registration, at=at).may_cancel:
        return None
    return cancellation_of(registration, at=at)
