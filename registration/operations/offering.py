"""
Offering places that became free to who waits for them, in their order.

Each offer and each lapse is one transaction that takes its rows in the same order as a buyer.
Between the two nobody else can take the place: as long as somebody waits, it is hers.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from conference.models import User
from conference.operations.history import record
from registration.models import RegistrationPolicy, WaitingEntry
from registration.operations.expiring import expire_overdue_holds
from registration.operations.standing_in_line import (
    count_waiting,
    leave_locked,
    lock_entry,
    lock_line,
    require_arrow,
    write_to,
)
from registration.operations.taking_seats import give_back, take_seats
from registration.queries.queueing import (
    Product,
    claims_of_line,
    lines_with_work,
    overdue_offers_holding,
    own_free,
    product_of,
    sale_of_line,
    taken_with,
)
from registration.queries.waiting_pages import EntryOnItsPage, entry_on_its_page
from registration.rules.claims import Claims
from registration.rules.queueing import Line, offer_ends_at, those_that_fit
from registration.rules.refusals import (
    InAnotherHand,
    NotOnSale,
    OutOfTurn,
    SoldOut,
    WorkshopFull,
)
from registration.states import RegistrationState, WaitingAction, WaitingState

MOST_AT_ONCE = 200


def serve_waiting_lists(*, at: dt.datetime) -> int:
    """Serve every line on which there may be something to do. How many offers were made."""
    return sum(offer_freed_places(line, at=at) for line in lines_with_work(at=at))


def offer_freed_places(line: Line, *, at: dt.datetime) -> int:
    """
    Offer what is free to the first of the line whose party fits, until nothing fits any more.

    Holds and offers that are over count as free, whoever should have swept them. How many offers.
    """
    claims = claims_of_line(product_of(line))
    lapse_overdue_offers(claims=claims, at=at)
    expire_overdue_holds(claims=claims, at=at)
    offers = 0
    while offers < MOST_AT_ONCE and _offer_to_the_next(line, at=at):
        offers += 1
    return offers


@transaction.atomic
def _offer_to_the_next(line: Line, *, at: dt.datetime) -> bool:
    product = lock_line(line)
    sale = sale_of_line(product, at=at)
    if sale is None or not product.waiting:
        return False
    return _first_served(product, list(_line(line)), sale=sale, at=at) is not None


def _line(line: Line) -> "list[WaitingEntry]":
    return list(WaitingEntry.objects.in_line(line).waiting().select_related("registration"))


def _first_served(
    product: Product,
    line: list[WaitingEntry],
    *,
    sale: tuple[RegistrationPolicy, dt.datetime],
    at: dt.datetime,
) -> WaitingEntry | None:
    """Offer to the first who still comes and fits; None if there is nobody."""
    until = offer_ends_at(hours=sale[0].offer_hours, sale_ends_at=sale[1], at=at)
    free = own_free(product)
    refused: dict[int | None, int] = {}
    for waiting in line:
        if not _may_still_come(waiting):
            leave_locked(lock_entry(waiting.pk, may_wait=True), actor=None, at=at)
            continue
        if waiting.party_size > free:
            continue
        if waiting.party_size >= refused.get(waiting.variation_id, waiting.party_size + 1):
            continue  # a shared limit has refused as many before
        entry = lock_entry(waiting.pk, may_wait=True)
        try:
            _offer_locked(entry, product, until=until, actor=None, at=at)
        except (SoldOut, WorkshopFull):
            refused[entry.variation_id] = entry.party_size
        else:
            return entry
    return None


def _may_still_come(entry: WaitingEntry) -> bool:
    """Who waits with a ticket waits no more once that ticket is gone."""
    return entry.registration is None or entry.registration.state in (
        RegistrationState.PENDING,
        RegistrationState.CONFIRMED,
    )


def _offer_locked(
    entry: WaitingEntry,
    product: Product,
    *,
    until: dt.datetime,
    actor: User | None,
    at: dt.datetime,
) -> None:
    """
    Take her places and tell her until when they are hers.

    :raises SoldOut, WorkshopFull: if something is missing; nothing is taken then.
    """
    require_arrow(entry, WaitingState.OFFERED)
    together = taken_with(product)
    entry.held_workshop_ids = together.workshop_ids
    entry.held_quota_ids = together.quota_ids
    claims = entry.held_by(entry.party_size)
    own = Claims(
        ticket_types=claims.ticket_types,
        workshops=claims.workshops if entry.workshop_id else Claims().workshops,
    )
    with transaction.atomic():
        take_seats(own, from_the_queue=True)
        # What comes with it has lines of its own, which are not passed either.
        take_seats(claims - own)
    count_waiting(entry.line, -entry.party_size)
    entry.state = WaitingState.OFFERED
    entry.offered_at = at
    entry.offer_ends_at = until
    entry.save(
        update_fields=(
            "state", "offered_at", "offer_ends_at", "held_workshop_ids", "held_quota_ids",
            "out_of_turn_reason", "out_of_turn_by",
        )
    )  # fmt: skip
    record(
        WaitingAction.OFFERED_OUT_OF_TURN
        if entry.out_of_turn_reason
        else WaitingAction.OFFERED,
        event=entry.event, subject=entry, actor=actor, at=at, data={"people": entry.party_size},
    )  # fmt: skip
    write_to(entry, "offered", at=at)


@transaction.atomic
def offer_by_hand(*, entry_id: int, reason: str = "", actor: User, at: dt.datetime) -> WaitingEntry:
    """
    Offer free places to this entry now. If others before her would fit too, a reason is needed.

    The reason is kept with the entry and the person who gave it.

    :raises OutOfTurn: if others are before her and no reason is given.
    :raises SoldOut, WorkshopFull: if not so many places are free.
    :raises NotOnSale: if there is no time left for an offer.
    """
    line = WaitingEntry.objects.get(pk=entry_id).line
    product = lock_line(line)
    sale = sale_of_line(product, at=at)
    if sale is None:
        raise NotOnSale(_("Registration has closed."))
    until = offer_ends_at(hours=sale[0].offer_hours, sale_ends_at=sale[1], at=at)
    entry = lock_entry(entry_id)
    require_arrow(entry, WaitingState.OFFERED)
    passed = [
        one for one in those_that_fit(_line(line), free=own_free(product)) if one.turn < entry.turn
    ]
    if passed and not reason.strip():
        raise OutOfTurn(
            _("Others wait before her. To pass them, please write why."), field="reason"
        )
    if passed:
        entry.out_of_turn_reason, entry.out_of_turn_by = reason.strip()[:300], actor
    _offer_locked(entry, product, until=until, actor=actor, at=at)
    return entry


def look_in(*, token: str, at: dt.datetime) -> EntryOnItsPage:
    """
    What somebody who waits sees on her page, after seeing to her line if there is anything to do.

    So the next in line is served also while no sweeper runs.

    :raises WaitingEntry.DoesNotExist: if nobody has this address.
    """
    entry = WaitingEntry.objects.select_related("ticket_type", "workshop").get(token=token)
    if entry.product.waiting or WaitingEntry.objects.in_line(entry.line).overdue(at).exists():
        offer_freed_places(entry.line, at=at)
    return entry_on_its_page(entry.pk, at=at)


@transaction.atomic
def decline_offer(*, entry_id: int, actor: User | None, at: dt.datetime) -> WaitingEntry:
    """Give offered places on to the next in line. :raises TransitionRefused: without an offer."""
    lock_line(WaitingEntry.objects.get(pk=entry_id).line)
    entry = lock_entry(entry_id)
    _end_offer(entry, new=WaitingState.DECLINED, at=at)
    record(WaitingAction.DECLINED, event=entry.event, subject=entry, actor=actor, at=at)
    return entry


def lapse_overdue_offers(*, claims: Claims, at: dt.datetime) -> int:
    """End the offers whose time is over and that keep something of what is claimed. How many."""
    overdue = overdue_offers_holding(claims, at=at)
    return sum(lapse_offer(entry_id=entry.pk, at=at) for entry in overdue)


@transaction.atomic
def lapse_offer(*, entry_id: int, at: dt.datetime) -> bool:
    """End one offer. False if it was answered meanwhile, or somebody has it in hand."""
    lock_line(WaitingEntry.objects.get(pk=entry_id).line)
    try:
        entry = lock_entry(entry_id)
    except InAnotherHand:
        return False
    if entry.state != WaitingState.OFFERED or entry.offer_ends_at is None:
        return False
    if entry.offer_ends_at > at:
        return False
    _end_offer(entry, new=WaitingState.LAPSED, at=at)
    record(WaitingAction.LAPSED, event=entry.event, subject=entry, actor=None, at=at)
    write_to(entry, "lapsed", at=at)
    return True


def _end_offer(entry: WaitingEntry, *, new: WaitingState, at: dt.datetime) -> None:
    require_arrow(entry, new)
    held = entry.held_by(entry.party_size)
    entry.state = new
    entry.ended_at = at
    entry.held_workshop_ids = entry.held_quota_ids = []
    entry.save(update_fields=("state", "ended_at", "held_workshop_ids", "held_quota_ids"))
    give_back(held)
