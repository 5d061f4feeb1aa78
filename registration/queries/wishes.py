"""What a buyer asks for, read in as few queries as there are tables: buyers come in crowds."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from conference.kernel.ready_query import ReadyQuery
from conference.models import Event
from registration.models import RegistrationPolicy, TicketType, Workshop, offered_at
from registration.rules.refusals import NothingLikeIt, NotOnSale, SoldOut, WorkshopFull
from registration.rules.sale import is_on_sale, require_registration_open

_WITH_ITS_EVENT = ("event__venue", "event__registration_policy")
_BY_ID = ReadyQuery(
    lambda pk, event_id: (
        TicketType.objects.filter(pk=pk, event_id=event_id)
        .select_related(*_WITH_ITS_EVENT)
        .order_by()
    ),
    pk=-1,
    event_id=-2,
)
_BY_SLUGS = ReadyQuery(
    lambda slug, event_slug: (
        TicketType.objects.filter(slug=slug, event__slug=event_slug)
        .select_related(*_WITH_ITS_EVENT)
        .order_by()
    ),
    slug="?slug",
    event_slug="?event",
)


@dataclass(frozen=True, slots=True)
class Wish:
    event: Event
    policy: RegistrationPolicy
    ticket_type: TicketType
    workshops: list[Workshop]

    @property
    def workshop_ids(self) -> list[int]:
        return [workshop.pk for workshop in self.workshops]


def wish_by_ids(
    *, event_id: int, ticket_type_id: int, workshop_ids: Collection[int], at: dt.datetime
) -> Wish:
    """:raises NothingLikeIt, NotOnSale: if it cannot be sold at all."""
    wanted = set(workshop_ids)
    return _wish(
        _BY_ID.first(pk=ticket_type_id, event_id=event_id),
        Workshop.objects.filter(pk__in=wanted, event_id=event_id),
        number_of_workshops=len(wanted),
        at=at,
    )


def wish_by_slugs(
    *, event_slug: str, ticket_type: str, workshops: Collection[str], at: dt.datetime
) -> Wish:
    """:raises NothingLikeIt, NotOnSale: if it cannot be sold at all."""
    wanted = set(workshops)
    return _wish(
        _BY_SLUGS.first(slug=ticket_type, event_slug=event_slug),
        Workshop.objects.filter(slug__in=wanted, event__slug=event_slug),
        number_of_workshops=len(wanted),
        at=at,
    )


def _wish(
    ticket_type: TicketType | None,
    workshops: QuerySet[Workshop],
    *,
    number_of_workshops: int,
    at: dt.datetime,
) -> Wish:
    if ticket_type is None:
        raise NothingLikeIt(_("There is no such ticket at this event."), field="ticket_type")
    event = ticket_type.event
    policy: RegistrationPolicy | None = getattr(event, "registration_policy", None)
    if policy is None:
        raise NotOnSale(_("Registration has not opened yet."))
    require_registration_open(policy, is_published=event.is_published, at=at)
    if not is_on_sale(ticket_type, at=at):
        raise NotOnSale(_("This ticket is not on sale now."), field="ticket_type")
    found = list(workshops.filter(offered_at(at)).order_by("pk")) if number_of_workshops else []
    if len(found) != number_of_workshops:
        raise NothingLikeIt(_("There is no such workshop at this event."), field="workshops")
    return Wish(event, policy, ticket_type, found)


def require_seats_in_sight(wish: Wish) -> None:
    """
    Look without a lock: it spares the writes of an order that could not get its seats.

    The conditional update decides.

    :raises SoldOut, WorkshopFull: if there are none.
    """
    if wish.ticket_type.places_left < 1:
        raise SoldOut(_("There is no place of this kind left."), field="ticket_type")
    for workshop in wish.workshops:
        if workshop.seats_left < 1:
            raise WorkshopFull(
                _("The workshop “%(name)s” has no seat left.") % {"name": workshop},
                field="workshops",
            )
