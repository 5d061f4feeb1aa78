"""Reads about waiting lists: what is free for whom, and who is before whom."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q, Sum

from conference.models import Event
from registration.models import (
    IncludedWorkshop,
    Quota,
    RegistrationPolicy,
    TicketType,
    TicketVariation,
    WaitingEntry,
    Workshop,
    offered_at,
)
from registration.queries.wishes import PersonWish, is_shown
from registration.rules.claims import Claims, claims_of
from registration.rules.queueing import Line
from registration.rules.sale import is_on_sale
from registration.states import WaitingState

Product = TicketType | Workshop


def line_of(product: Product) -> Line:
    if isinstance(product, TicketType):
        return Line(ticket_type_id=product.pk)
    return Line(workshop_id=product.pk)


def waiting_product(event: Event, *, kind: str, slug: str, at: dt.datetime) -> Product | None:
    """What one may wait for at the event, by its address; None if there is no such thing on sale."""
    if kind == "ticket":
        ticket_type = TicketType.objects.filter(event=event, slug=slug, needs_code=False).first()
        if ticket_type and is_shown(ticket_type, at=at) and is_on_sale(ticket_type, at=at):
            return ticket_type
        return None
    found = Workshop.objects.filter(offered_at(at), event=event, slug=slug)
    return found.select_related("session").first()


@dataclass(frozen=True, slots=True)
class TakenWithIt:
    """What every person takes beside the place itself: seats inside the ticket, shared quotas."""

    workshop_ids: list[int]
    quota_ids: list[int]


def taken_with(product: Product) -> TakenWithIt:
    if isinstance(product, Workshop):
        quotas = Quota.objects.filter(workshops=product).order_by("pk")
        return TakenWithIt([], list(quotas.values_list("pk", flat=True)))
    included = IncludedWorkshop.objects.filter(ticket_type=product).order_by("workshop")
    workshop_ids = list(included.values_list("workshop_id", flat=True))
    quota_ids = list(
        Quota.ticket_types.through.objects.filter(tickettype=product).values_list(
            "quota_id", flat=True
        )
    )
    quota_ids += Quota.workshops.through.objects.filter(workshop__in=workshop_ids).values_list(
        "quota_id", flat=True
    )
    return TakenWithIt(workshop_ids, sorted(quota_ids))


def claims_of_line(product: Product) -> Claims:
    """All of which one person in the line needs something, to see who keeps it."""
    together = taken_with(product)
    own = [product.pk]
    if isinstance(product, TicketType):
        return claims_of(
            ticket_type_ids=own,
            workshop_ids=together.workshop_ids,
            quota_ids=together.quota_ids,
        )
    return claims_of(workshop_ids=own, quota_ids=together.quota_ids)


def own_free(product: Product) -> int:
    """Places that nobody holds, whoever waits for them."""
    if isinstance(product, TicketType):
        return product.places - product.places_taken
    return product.seats - product.seats_taken


def free_for_buyers(product: Product) -> int:
    """What whoever comes now can buy: nothing while others wait, and no more than all limits leave."""
    if product.waiting:
        return 0
    together = taken_with(product)
    limits = [own_free(product)]
    limits += [quota.left for quota in Quota.objects.filter(pk__in=set(together.quota_ids))]
    included = Workshop.objects.filter(pk__in=together.workshop_ids)
    limits += [workshop.seats_left for workshop in included]
    if isinstance(product, TicketType):
        kinds = TicketVariation.objects.filter(ticket_type=product, is_offered=True)
        lefts = [
            limits[0] if kind.places is None else kind.places - kind.places_taken for kind in kinds
        ]
        limits += [max(lefts)] if lefts else []
    return max(min(limits), 0)


def sale_of_line(
    product: Product, *, at: dt.datetime
) -> tuple[RegistrationPolicy, dt.datetime] | None:
    """The event's policy and when the sale of this ends; None if it is not sold now."""
    policy = (
        RegistrationPolicy.objects.select_related("event", "event__venue")
        .filter(event=product.event_id, opens_at__lte=at, closes_at__gt=at)
        .first()
    )
    if policy is None or not policy.event.is_published:
        return None
    ends: list[dt.datetime | None] = [policy.closes_at]
    if isinstance(product, TicketType):
        if not is_on_sale(product, at=at):
            return None
        ends.append(product.sale_ends_at)
    else:
        offered = Workshop.objects.filter(offered_at(at), pk=product.pk).select_related("session")
        workshop = offered.first()
        if workshop is None:
            return None
        ends.append(workshop.session.starts_at if workshop.session else None)
    return policy, min(end for end in ends if end is not None)


def people_before(entry: WaitingEntry) -> int:
    """How many people wait before her."""
    before = WaitingEntry.objects.in_line(entry.line).waiting().filter(turn__lt=entry.turn)
    return before.aggregate(people=Sum("party_size"))["people"] or 0


def lines_with_work(*, at: dt.datetime) -> list[Line]:
    """The waiting lists on which something may have to be done: people wait, or an offer is over."""
    entries = WaitingEntry.objects.filter(
        Q(state=WaitingState.WAITING) | Q(state=WaitingState.OFFERED, offer_ends_at__lte=at)
    )
    pairs = entries.order_by().values_list("ticket_type_id", "workshop_id").distinct()
    return [Line(ticket_type_id=ticket, workshop_id=workshop) for ticket, workshop in pairs]


def lines_touched_by(claims: Claims) -> list[Line]:
    """The lists on which people wait for something of what these claims are about."""
    through_ticket_types = Quota.ticket_types.through.objects.filter(quota__in=list(claims.quotas))
    ticket_types = TicketType.objects.filter(waiting__gt=0).filter(
        Q(pk__in=list(claims.ticket_types))
        | Q(pk__in=through_ticket_types.values("tickettype"))
        | Q(included_workshops__workshop__in=list(claims.workshops))
    )
    through_workshops = Quota.workshops.through.objects.filter(quota__in=list(claims.quotas))
    workshops = Workshop.objects.filter(waiting__gt=0).filter(
        Q(pk__in=list(claims.workshops)) | Q(pk__in=through_workshops.values("workshop"))
    )
    return [
        *(Line(ticket_type_id=pk) for pk in _keys(ticket_types.values_list("pk", flat=True))),
        *(Line(workshop_id=pk) for pk in _keys(workshops.values_list("pk", flat=True))),
    ]


def _keys(found: Iterable[int]) -> list[int]:
    return sorted(set(found))


def overdue_offers_holding(claims: Claims, *, at: dt.datetime) -> list[WaitingEntry]:
    """Offers whose time is over and that keep something of what is claimed."""
    found = WaitingEntry.objects.overdue(at).filter(
        Q(ticket_type__in=list(claims.ticket_types))
        | Q(workshop__in=list(claims.workshops))
        | Q(held_workshop_ids__overlap=list(claims.workshops))
        | Q(held_quota_ids__overlap=list(claims.quotas))
    )
    return list(found.order_by("offer_ends_at"))


def product_of(line: Line) -> Product:
    if line.ticket_type_id is not None:
        return TicketType.objects.get(pk=line.ticket_type_id)
    return Workshop.objects.get(pk=line.workshop_id or 0)


def with_what_was_offered(wish: PersonWish, entry: WaitingEntry) -> PersonWish:
    if entry.ticket_type is not None:
        variation = entry.variation.slug if entry.variation else ""
        return replace(wish, ticket_type=entry.ticket_type.slug, variation=variation)
    assert entry.workshop is not None  # noqa: S101 - the database has one of them
    return replace(wish, workshops=list(dict.fromkeys([*wish.workshops, entry.workshop.slug])))
