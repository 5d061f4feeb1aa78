"""Taking an offered place: the order is made of what the offer holds, once, in one transaction."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.money import Money
from conference.models import User
from conference.operations.history import record
from registration.models import Order, QuotaPlace, Registration, WaitingEntry, WorkshopBooking
from registration.operations.changing import change_workshops
from registration.operations.offering import lapse_offer
from registration.operations.ordering import place_order
from registration.operations.standing_in_line import require_arrow
from registration.operations.taking_seats import give_back
from registration.queries.queueing import with_what_was_offered
from registration.queries.wishes import PersonWish
from registration.rules.claims import Claims, claims_of
from registration.rules.refusals import OfferIsOver, TooManyInOneOrder
from registration.states import BookingState, WaitingAction, WaitingState


def accept_offer(
    *,
    entry_id: int,
    people: Sequence[PersonWish] = (),
    payment_method: str = "",
    terms_accepted: bool = False,
    language: str,
    currency: str = "",
    voucher_code: str = "",
    payer_email: str = "",
    payer_name: str = "",
    agreed: Money | None = None,
    actor: User | None,
    at: dt.datetime,
) -> Order:
    """
    Order the offered places for these people. A second click finds the same order.

    What they add beside the offer is taken like anybody's. Who waits for a workshop with a ticket
    in hand gets it added to her place; nothing else is asked of her.

    :raises OfferIsOver: if there is no offer, or its time is over, swept or not.
    :raises TooManyInOneOrder: if they are not as many as the offer is for.
    :raises SoldOut, WorkshopFull, AlreadyRegistered, TermsNotAccepted, InputRefused: as any order.
    """
    try:
        with transaction.atomic():
            return _accept(
                entry_id,
                people=people,
                payment_method=payment_method,
                terms_accepted=terms_accepted,
                language=language,
                currency=currency,
                voucher_code=voucher_code,
                payer_email=payer_email,
                payer_name=payer_name,
                agreed=agreed,
                actor=actor,
                at=at,
            )
    except OfferIsOver:
        # Whoever is next need not wait for the sweeper to hear of it.
        lapse_offer(entry_id=entry_id, at=at)
        raise


def _accept(
    entry_id: int,
    *,
    people: Sequence[PersonWish],
    payment_method: str,
    terms_accepted: bool,
    language: str,
    currency: str,
    voucher_code: str,
    payer_email: str,
    payer_name: str,
    agreed: Money | None,
    actor: User | None,
    at: dt.datetime,
) -> Order:
    # Alone: a row joined to it would be as it was before whoever held the lock was done.
    entry = WaitingEntry.objects.select_for_update().get(pk=entry_id)
    if entry.order is not None:
        return entry.order
    require_offer(entry, at=at)
    held = entry.held_by(entry.party_size)
    if entry.registration is not None:
        order = entry.registration.order
        taken = _book_the_seat(entry, entry.registration, held=held, actor=actor, at=at)
    else:
        order = _place_order(
            entry, people, held=held, payment_method=payment_method, terms_accepted=terms_accepted,
            language=language, currency=currency, voucher_code=voucher_code, payer_email=payer_email, payer_name=payer_name, agreed=agreed, actor=actor, at=at,
        )  # fmt: skip
        taken = _taken_by(order)
    # The catalogue may have changed since: what there is no use for goes back.
    give_back(held - taken)
    require_arrow(entry, WaitingState.ACCEPTED)
    entry.state = WaitingState.ACCEPTED
    entry.ended_at = at
    entry.order = order
    entry.held_workshop_ids = entry.held_quota_ids = []
    entry.save(update_fields=("state", "ended_at", "order", "held_workshop_ids", "held_quota_ids"))
    record(
        WaitingAction.ACCEPTED, event=entry.event, subject=entry, actor=actor, at=at,
        data={"order": order.pk},
    )  # fmt: skip
    return order


def _place_order(
    entry: WaitingEntry,
    people: Sequence[PersonWish],
    *,
    held: Claims,
    payment_method: str,
    terms_accepted: bool,
    language: str,
    currency: str,
    voucher_code: str,
    payer_email: str,
    payer_name: str,
    agreed: Money | None,
    actor: User | None,
    at: dt.datetime,
) -> Order:
    if len(people) != entry.party_size:
        raise TooManyInOneOrder(
            _("This offer is for %(number)d people.") % {"number": entry.party_size}, field="people"
        )
    theirs = {wish.attendee.email.strip().casefold() for wish in people}
    is_one_of_them = entry.email.casefold() in theirs
    return place_order(
        event_slug=entry.event.slug,
        people=[with_what_was_offered(wish, entry) for wish in people],
        payment_method=payment_method,
        terms_accepted=terms_accepted,
        submission_token=f"offer {entry.token}",
        language=language,
        currency=currency,
        voucher_code=voucher_code,
        payer_email=payer_email or ("" if is_one_of_them else entry.email),
        payer_name=payer_name or ("" if is_one_of_them else entry.name),
        agreed=agreed,
        held=held,
        actor=actor,
        at=at,
    )


def _book_the_seat(
    entry: WaitingEntry,
    registration: Registration,
    *,
    held: Claims,
    actor: User | None,
    at: dt.datetime,
) -> Claims:
    """Add the workshop to the place she has. Returns what that took."""
    assert entry.workshop is not None  # noqa: S101 - the database has one of them
    booked = registration.workshop_bookings.filter(state=BookingState.ACTIVE)
    change = change_workshops(
        registration_id=registration.pk,
        workshops=[*booked.values_list("workshop__slug", flat=True), entry.workshop.slug],
        by_herself=False,
        held=held,
        actor=actor,
        at=at,
    )
    return claims_of(
        workshop_ids=[workshop.pk for workshop, _price in change.added],
        quota_ids=[quota_id for quota_id, _workshop in change.quota_ids],
    )


def require_offer(entry: WaitingEntry, *, at: dt.datetime) -> None:
    """:raises OfferIsOver: unless she has an offer that still stands."""
    stands = entry.offer_ends_at is not None and at < entry.offer_ends_at
    if entry.state != WaitingState.OFFERED or not stands:
        raise OfferIsOver(_("This offer is over: the place went to the next in line."))


def _taken_by(order: Order) -> Claims:
    people = list(order.registrations.values_list("ticket_type_id", "variation_id"))
    active = {"registration__order": order, "state": BookingState.ACTIVE}
    return claims_of(
        ticket_type_ids=[ticket_type for ticket_type, _variation in people],
        variation_ids=[variation for _ticket_type, variation in people if variation],
        workshop_ids=WorkshopBooking.objects.filter(**active).values_list("workshop_id", flat=True),
        quota_ids=QuotaPlace.objects.filter(**active).values_list("quota_id", flat=True),
    )
