"""What the organiser sees of everything that is sold."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from conference.models import Event
from registration.models import Quota, RegistrationPolicy, TicketType, TicketVariation, Workshop
from registration.queries.wishes import is_shown
from registration.rules.sale import is_on_sale


class SaleState(StrEnum):
    """How something that is sold stands with buyers."""

    ON_SALE = "on_sale"
    NEEDS_CODE = "needs_code"
    SOLD_OUT = "sold_out"
    WAITED_FOR = "waited_for"
    HIDDEN = "hidden"
    NOT_YET = "not_yet"
    OVER = "over"
    NOT_OFFERED = "not_offered"


@dataclass(frozen=True, slots=True)
class TicketTypeOnTheDesk:
    ticket_type: TicketType
    state: SaleState
    variations: list[TicketVariation]
    included: list[Workshop]
    quotas: list[Quota]


@dataclass(frozen=True, slots=True)
class WorkshopOnTheDesk:
    workshop: Workshop
    state: SaleState
    quotas: list[Quota]


@dataclass(frozen=True, slots=True)
class QuotaOnTheDesk:
    quota: Quota
    ticket_types: list[TicketType]
    workshops: list[Workshop]


@dataclass(frozen=True, slots=True)
class CatalogueOnTheDesk:
    policy: RegistrationPolicy | None
    ticket_types: list[TicketTypeOnTheDesk]
    workshops: list[WorkshopOnTheDesk]
    quotas: list[QuotaOnTheDesk]


def catalogue_on_the_desk(event: Event, *, at: dt.datetime) -> CatalogueOnTheDesk:
    """A constant number of queries, however much is sold."""
    quotas = list(event.quotas.prefetch_related("ticket_types", "workshops"))
    by_ticket, by_workshop = defaultdict(list), defaultdict(list)
    for quota in quotas:
        for ticket_type in quota.ticket_types.all():
            by_ticket[ticket_type.pk].append(quota)
        for workshop in quota.workshops.all():
            by_workshop[workshop.pk].append(quota)
    ticket_types = event.ticket_types.select_related("shown_after").prefetch_related(
        "variations", "included_workshops__workshop"
    )
    workshops = event.workshops.select_related("session__room")
    return CatalogueOnTheDesk(
        policy=RegistrationPolicy.objects.filter(event=event).first(),
        ticket_types=[
            TicketTypeOnTheDesk(
                ticket_type=each,
                state=state_of_ticket_type(each, at=at),
                variations=list(each.variations.all()),
                included=[one.workshop for one in each.included_workshops.all()],
                quotas=by_ticket[each.pk],
            )
            for each in ticket_types
        ],
        workshops=[
            WorkshopOnTheDesk(
                workshop=each, state=_state_of_workshop(each, at=at), quotas=by_workshop[each.pk]
            )
            for each in workshops
        ],
        quotas=[
            QuotaOnTheDesk(each, list(each.ticket_types.all()), list(each.workshops.all()))
            for each in quotas
        ],
    )


def state_of_ticket_type(ticket_type: TicketType, *, at: dt.datetime) -> SaleState:
    """The first of what keeps a buyer from it."""
    starts, ends = ticket_type.sale_starts_at, ticket_type.sale_ends_at
    if not ticket_type.is_offered:
        return SaleState.NOT_OFFERED
    if ends is not None and at >= ends:
        return SaleState.OVER
    if starts is not None and at < starts:
        return SaleState.NOT_YET
    if not is_shown(ticket_type, at=at):
        return SaleState.HIDDEN
    if ticket_type.waiting:
        return SaleState.WAITED_FOR
    if ticket_type.places_left < 1:
        return SaleState.SOLD_OUT
    if ticket_type.needs_code:
        return SaleState.NEEDS_CODE
    return SaleState.ON_SALE if is_on_sale(ticket_type, at=at) else SaleState.OVER


def _state_of_workshop(workshop: Workshop, *, at: dt.datetime) -> SaleState:
    starts_at = workshop.session.starts_at if workshop.session else None
    if not workshop.is_offered:
        return SaleState.NOT_OFFERED
    if starts_at is not None and at >= starts_at:
        return SaleState.OVER
    if workshop.waiting:
        return SaleState.WAITED_FOR
    return SaleState.ON_SALE if workshop.seats_left > 0 else SaleState.SOLD_OUT
