"""Joining a waiting list, waiting with fewer people, leaving, and joining its end again."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.db import refuse_on
from conference.kernel.texts import clean_email, clean_name
from conference.models import Event, User
from conference.operations.history import record
from registration.models import Order, Registration, TicketType, TicketVariation, WaitingEntry
from registration.operations.expiring import expire_overdue_holds
from registration.operations.offering import lapse_overdue_offers
from registration.operations.standing_in_line import (
    count_waiting,
    last_turn,
    leave_locked,
    lock_entry,
    lock_line,
    require_arrow,
    wake_line,
    write_to,
)
from registration.operations.taking_seats import give_back
from registration.queries.queueing import (
    Product,
    claims_of_line,
    free_for_buyers,
    people_before,
    sale_of_line,
    waiting_product,
)
from registration.rules.groups import PlaceOfAGroup
from registration.rules.queueing import MOST_IN_A_PARTY
from registration.rules.refusals import (
    AlreadyRegistered,
    AlreadyWaiting,
    NothingLikeIt,
    NotOnSale,
    PlacesAreFree,
    TooManyInOneOrder,
)
from registration.states import BookingState, WaitingAction, WaitingState

COMES_BACK = (
    "state", "turn", "joined_at", "offered_at", "offer_ends_at", "ended_at", "out_of_turn_reason",
    "out_of_turn_by",
)  # fmt: skip


def join_waiting_list(
    *,
    event: Event,
    kind: str,
    slug: str,
    party_size: int,
    email: str,
    name: str,
    language: str,
    variation: str = "",
    registration_token: str = "",
    actor: User | None,
    at: dt.datetime,
) -> WaitingEntry:
    """
    Stand at the end of the line for a sold-out ticket (`kind` "ticket") or a full workshop.

    Who has a ticket and waits for a workshop alone says so by `registration_token`.

    :raises PlacesAreFree: if it can simply be bought.
    :raises AlreadyWaiting, AlreadyRegistered: if this e-mail stands there, or has a place, already.
    :raises NothingLikeIt, NotOnSale, TooManyInOneOrder, InputRefused:
    """
    email = clean_email(email)
    name = clean_name(name, field="name")
    product = waiting_product(event, kind=kind, slug=slug, at=at)
    if product is None:
        raise NothingLikeIt(_("There is nothing like this to wait for."))
    if sale_of_line(product, at=at) is None:
        raise NotOnSale(_("Registration has closed."))
    _require_sensible_party(product, party_size)
    chosen = _variation(product, variation)
    _require_nothing_overdue(product, at=at)
    with transaction.atomic():
        registration = _registration(event, registration_token) if registration_token else None
        _require_not_there_yet(product, email=email, registration=registration)
        entry = WaitingEntry(
            event=event,
            ticket_type=product if isinstance(product, TicketType) else None,
            workshop=None if isinstance(product, TicketType) else product,
            variation=chosen,
            registration=registration,
            party_size=party_size,
            email=email,
            name=name,
            language=language,
            joined_at=at,
        )
        _stand_at_the_end(entry)
        record(
            WaitingAction.JOINED, event=event, subject=entry, actor=actor, at=at,
            data={"people": party_size},
        )  # fmt: skip
        write_to(entry, "joined", at=at, people_before=people_before(entry))
    return entry


def _require_nothing_overdue(product: Product, *, at: dt.datetime) -> None:
    """Holds and offers that are over count as free, also while nobody sweeps."""
    claims = claims_of_line(product)
    expire_overdue_holds(claims=claims, at=at)
    lapse_overdue_offers(claims=claims, at=at)


def _require_sensible_party(product: Product, party_size: int) -> None:
    least, most = 1, MOST_IN_A_PARTY
    if isinstance(product, TicketType):
        least, most = product.min_per_order, min(most, product.max_per_order)
    if not least <= party_size <= most:
        raise TooManyInOneOrder(
            _("A place on this list is for %(least)d to %(most)d people.")
            % {"least": least, "most": most},
            field="party_size",
        )


def _variation(product: Product, slug: str) -> TicketVariation | None:
    if not isinstance(product, TicketType):
        return None
    offered = list(product.variations.filter(is_offered=True))
    if not offered and not slug:
        return None
    for variation in offered:
        if variation.slug == slug:
            return variation
    raise NothingLikeIt(_("Please choose one of the kinds of this ticket."), field="variation")


def _registration(event: Event, token: str) -> Registration:
    found = (
        Registration.objects.select_for_update(of=("self",))
        .holding_a_place()
        .filter(event=event, token=token)
        .first()
    )
    if found is None:
        raise NothingLikeIt(_("There is no such place at this event."))
    if Order.objects.filter(pk=found.order_id, is_for_group=True).exists():
        raise PlaceOfAGroup(
            _("A group gave you this place. Please ask its owner or the organisers to change it.")
        )
    return found


def _require_not_there_yet(
    product: Product, *, email: str, registration: Registration | None
) -> None:
    if registration is not None and not isinstance(product, TicketType):
        if product.bookings.filter(registration=registration, state=BookingState.ACTIVE).exists():
            raise AlreadyRegistered(_("You have booked this workshop already."))
        return
    registered = Registration.objects.filter(event=product.event_id, email__iexact=email)
    if registered.holding_a_place().exists():
        raise AlreadyRegistered(
            _(
                "This e-mail is registered for the event already. To wait for a workshop, open the"
                " page of the ticket."
            ),
            field="email",
        )


def _stand_at_the_end(entry: WaitingEntry) -> None:
    """
    Take the next turn, in the order of lock, look, stand.

    Under the lock no place becomes free unseen, and none is sold past her afterwards.

    :raises PlacesAreFree: if whoever comes now can buy one.
    """
    product = lock_line(entry.line)
    free = free_for_buyers(product)
    if free:
        raise PlacesAreFree(
            _("There are places free: register for them now, there is nothing to wait for.")
        )
    entry.turn = last_turn(entry.line) + 1
    with refuse_on(
        "waiting_entry_once_per_ticket_type"
        if entry.ticket_type_id
        else "waiting_entry_once_per_workshop",
        AlreadyWaiting(
            _("This e-mail stands on this list already. Its page is in the letter that we sent."),
            field="email",
        ),
    ):
        if entry.pk is None:
            entry.save(force_insert=True)
        else:
            entry.save(update_fields=COMES_BACK)
    count_waiting(entry.line, entry.party_size)
    # A smaller party may be served at once with what did not suffice for those before it.
    wake_line(entry.line)


@transaction.atomic
def wait_again(*, entry_id: int, actor: User | None, at: dt.datetime) -> WaitingEntry:
    """
    Stand at the end of the line again, after an offer that was declined or lapsed.

    :raises TransitionRefused: from any other state.
    :raises PlacesAreFree, AlreadyWaiting:
    """
    lock_line(WaitingEntry.objects.get(pk=entry_id).line)
    entry = lock_entry(entry_id)
    require_arrow(entry, WaitingState.WAITING)
    if sale_of_line(entry.product, at=at) is None:
        raise NotOnSale(_("Registration has closed."))
    entry.state = WaitingState.WAITING
    entry.joined_at = at
    entry.offered_at = entry.offer_ends_at = entry.ended_at = None
    entry.out_of_turn_reason, entry.out_of_turn_by = "", None
    _stand_at_the_end(entry)
    record(WaitingAction.AGAIN, event=entry.event, subject=entry, actor=actor, at=at)
    return entry


@transaction.atomic
def wait_with_fewer(
    *, entry_id: int, party_size: int, actor: User | None, at: dt.datetime
) -> WaitingEntry:
    """
    Make the party smaller; the turn stays. Places offered to those who do not come go on at once.

    :raises TooManyInOneOrder: if it would not become smaller, or too small for one order.
    :raises TransitionRefused: if she neither waits nor has an offer.
    """
    lock_line(WaitingEntry.objects.get(pk=entry_id).line)
    entry = lock_entry(entry_id)
    if entry.state != WaitingState.WAITING:
        require_arrow(entry, WaitingState.DECLINED)  # whoever may decline all may decline some
    _require_sensible_party(entry.product, party_size)
    fewer = entry.party_size - party_size
    if fewer < 1:
        raise TooManyInOneOrder(
            _("The party can only become smaller. For more people, join again."), field="party_size"
        )
    entry.party_size = party_size
    entry.save(update_fields=("party_size",))
    record(
        WaitingAction.FEWER, event=entry.event, subject=entry, actor=actor, at=at,
        data={"fewer": fewer},
    )  # fmt: skip
    if entry.state == WaitingState.WAITING:
        count_waiting(entry.line, -fewer)
        wake_line(entry.line)
    else:
        give_back(entry.held_by(fewer))
    return entry


@transaction.atomic
def leave_waiting_list(*, entry_id: int, actor: User | None, at: dt.datetime) -> WaitingEntry:
    """:raises TransitionRefused: if she does not wait."""
    lock_line(WaitingEntry.objects.get(pk=entry_id).line)
    entry = lock_entry(entry_id)
    leave_locked(entry, actor=actor, at=at)
    wake_line(entry.line)
    return entry
