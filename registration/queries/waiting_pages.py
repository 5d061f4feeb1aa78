"""What the pages about waiting show."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from conference.models import Event
from registration.models import (
    Registration,
    TicketType,
    TicketVariation,
    WaitingEntry,
    Workshop,
)
from registration.queries.queueing import (
    Product,
    free_for_buyers,
    own_free,
    people_before,
    sale_of_line,
    waiting_product,
)
from registration.rules.queueing import MOST_IN_A_PARTY
from registration.states import WaitingState


@dataclass(frozen=True, slots=True)
class ListToJoin:
    """A waiting list as somebody sees it who thinks of joining it."""

    product: Product
    people_waiting: int
    has_free_places: bool
    is_open: bool
    least: int
    most: int
    variations: list[TicketVariation]
    registration: Registration | None


def list_to_join(
    event: Event, *, kind: str, slug: str, registration_token: str, at: dt.datetime
) -> ListToJoin | None:
    """None if the event has nothing like it; `registration` is who has a ticket and wants a workshop."""
    product = waiting_product(event, kind=kind, slug=slug, at=at)
    if product is None:
        return None
    is_ticket = isinstance(product, TicketType)
    registration = None
    if registration_token and not is_ticket:
        held = Registration.objects.holding_a_place()
        registration = held.filter(event=event, token=registration_token).first()
    return ListToJoin(
        product=product,
        people_waiting=product.waiting,
        has_free_places=free_for_buyers(product) > 0,
        is_open=sale_of_line(product, at=at) is not None,
        least=product.min_per_order if isinstance(product, TicketType) else 1,
        most=min(MOST_IN_A_PARTY, product.max_per_order)
        if isinstance(product, TicketType)
        else MOST_IN_A_PARTY,
        variations=list(product.variations.filter(is_offered=True))
        if isinstance(product, TicketType)
        else [],
        registration=registration,
    )


@dataclass(frozen=True, slots=True)
class EntryOnItsPage:
    """An entry as the person sees it. An offer that is over is shown as over, swept or not."""

    entry: WaitingEntry
    people_before: int
    offer_stands: bool
    smaller_parties: list[int]

    @property
    def is_waiting(self) -> bool:
        return self.entry.state == WaitingState.WAITING

    @property
    def may_wait_again(self) -> bool:
        return self.entry.state in (WaitingState.DECLINED, WaitingState.LAPSED)


def entry_on_its_page(entry_id: int, *, at: dt.datetime) -> EntryOnItsPage:
    entry = WaitingEntry.objects.select_related(
        "event__venue", "ticket_type", "variation", "workshop", "order", "registration"
    ).get(pk=entry_id)
    is_waiting = entry.state == WaitingState.WAITING
    stands = entry.state == WaitingState.OFFERED
    stands = stands and entry.offer_ends_at is not None and at < entry.offer_ends_at
    least = entry.ticket_type.min_per_order if entry.ticket_type else 1
    return EntryOnItsPage(
        entry=entry,
        people_before=people_before(entry) if is_waiting else 0,
        offer_stands=stands,
        smaller_parties=list(range(least, entry.party_size)) if is_waiting or stands else [],
    )


@dataclass(frozen=True, slots=True)
class ListOnTheDesk:
    """One product's list: who waits in order, and who has an offer."""

    product: Product
    free: int
    offered: list[WaitingEntry]
    waiting: list[WaitingEntry]
    accepted: int
    lapsed: int

    @property
    def people_waiting(self) -> int:
        return self.product.waiting

    @property
    def people_offered(self) -> int:
        return sum(entry.party_size for entry in self.offered)


def lists_on_the_desk(event: Event) -> list[ListOnTheDesk]:
    """Each list of the event on which anybody ever stood. A constant number of queries."""
    open_entries = list(
        WaitingEntry.objects.filter(
            event=event, state__in=[WaitingState.WAITING, WaitingState.OFFERED]
        )
        .select_related("variation", "out_of_turn_by")
        .order_by("turn")
    )
    ended: dict[tuple[Any, Any], Any] = {
        (row["ticket_type"], row["workshop"]): row
        for row in WaitingEntry.objects.filter(event=event)
        .order_by()
        .values("ticket_type", "workshop")
        .annotate(
            accepted=Sum("party_size", filter=Q(state=WaitingState.ACCEPTED), default=0),
            lapsed=Count("pk", filter=Q(state__in=[WaitingState.LAPSED, WaitingState.DECLINED])),
        )
    }
    products: list[Product] = [
        *TicketType.objects.filter(event=event, waiting_entries__isnull=False).distinct(),
        *Workshop.objects.filter(event=event, waiting_entries__isnull=False).distinct(),
    ]
    lists = []
    for product in products:
        key = (product.pk, None) if isinstance(product, TicketType) else (None, product.pk)
        of_it = [
            entry for entry in open_entries if (entry.ticket_type_id, entry.workshop_id) == key
        ]
        lists.append(
            ListOnTheDesk(
                product=product,
                free=own_free(product),
                offered=[entry for entry in of_it if entry.state == WaitingState.OFFERED],
                waiting=[entry for entry in of_it if entry.state == WaitingState.WAITING],
                accepted=ended[key]["accepted"],
                lapsed=ended[key]["lapsed"],
            )
        )
    return lists


def waiting_entries_for_partners(
    event: Event, *, state: str = "", ticket_type: str = "", workshop: str = ""
) -> QuerySet[WaitingEntry]:
    found = WaitingEntry.objects.filter(event=event)
    if state:
        found = found.filter(state=state)
    if ticket_type:
        found = found.filter(ticket_type__slug=ticket_type)
    if workshop:
        found = found.filter(workshop__slug=workshop)
    return found.select_related("ticket_type", "workshop", "variation", "order")
