"""What is sold: ticket types, their variations, workshops. Nothing that was sold is taken away."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from conference.models import Event, User
from registration.models import (
    IncludedWorkshop,
    Registration,
    TicketType,
    TicketVariation,
    Workshop,
)
from registration.operations.changing_rows import (
    add_row,
    change_row,
    delete_row,
    last_sort_key,
    locked,
    move_row,
    slug_for,
)
from registration.rules.catalogue import CatalogueRefused, InUse, leads_back
from registration.rules.refusals import NothingLikeIt

TICKET_TYPE_FIELDS = (
    "slug", "name", "description", "price_minor", "currency", "places", "sale_starts_at",
    "sale_ends_at", "badge_role", "badge_colour", "professions", "min_per_order", "max_per_order",
    "shown_from", "shown_after", "without_proof", "needs_code", "is_offered",
)  # fmt: skip
VARIATION_FIELDS = ("slug", "name", "places", "is_offered")
WORKSHOP_FIELDS = (
    "slug", "name", "kind", "session", "price_minor", "currency", "seats", "is_offered",
)  # fmt: skip


def _sold() -> InUse:
    return InUse(_("It was sold already and stays for the record. Stop offering it instead."))


@transaction.atomic
def add_ticket_type(
    *,
    event: Event,
    values: Mapping[str, Any],
    included: Collection[Workshop] = (),
    actor: User,
    at: dt.datetime,
) -> TicketType:
    """
    Sell a new kind of ticket. `included` are the workshops that are inside it.

    :raises CatalogueRefused, NothingLikeIt: if it makes no sense, naming the field.
    """
    rows = TicketType.objects.filter(event=event)
    values = _with_slug(values, rows.values_list("slug", flat=True))
    ticket_type = TicketType(event=event, sort_key=last_sort_key(rows))
    add_row(ticket_type, values, fields=TICKET_TYPE_FIELDS, actor=actor, at=at)
    _include(ticket_type, included)
    return ticket_type


@transaction.atomic
def change_ticket_type(
    *,
    event: Event,
    ticket_type_id: int,
    values: Mapping[str, Any],
    included: Collection[Workshop] | None = None,
    actor: User,
    at: dt.datetime,
) -> TicketType:
    """
    Change it for whoever buys from now on; who has a ticket keeps it as it was sold.

    :raises CatalogueRefused, NothingLikeIt: if it makes no sense, naming the field.
    """
    ticket_type = locked(TicketType, event=event, pk=ticket_type_id)
    _require_no_ring(ticket_type, values.get("shown_after"))
    values = _with_slug(values, (), old=ticket_type.slug)
    others = _include(ticket_type, included) if included is not None else {}
    return change_row(
        ticket_type, values, fields=TICKET_TYPE_FIELDS, others=others, actor=actor, at=at
    )


@transaction.atomic
def delete_ticket_type(*, event: Event, ticket_type_id: int, actor: User, at: dt.datetime) -> None:
    """:raises InUse: if it was ever sold, or places of it are kept for a voucher."""
    ticket_type = locked(TicketType, event=event, pk=ticket_type_id)
    if ticket_type.places_taken:
        raise _sold()
    delete_row(ticket_type, refusal=_sold(), actor=actor, at=at)


@transaction.atomic
def stop_offering(
    *,
    event: Event,
    sold: type[TicketType] | type[Workshop] | type[TicketVariation],
    pk: int,
    actor: User,
    at: dt.datetime,
) -> None:
    """Sell no more of it; who has one keeps it."""
    row = locked(sold, event=event, pk=pk)
    change_row(row, {"is_offered": False}, fields=("is_offered",), actor=actor, at=at)


@transaction.atomic
def move_ticket_type(
    *, event: Event, ticket_type_id: int, is_up: bool, actor: User, at: dt.datetime
) -> None:
    move_row(TicketType, event=event, pk=ticket_type_id, is_up=is_up, actor=actor, at=at)


@transaction.atomic
def add_variation(
    *, event: Event, ticket_type_id: int, values: Mapping[str, Any], actor: User, at: dt.datetime
) -> TicketVariation:
    """
    A kind in which a ticket type comes. From then on every buyer of it chooses one.

    :raises CatalogueRefused, NothingLikeIt: if it makes no sense, naming the field.
    """
    ticket_type = locked(TicketType, event=event, pk=ticket_type_id)
    siblings = ticket_type.variations.all()
    values = _with_slug(values, siblings.values_list("slug", flat=True))
    variation = TicketVariation(
        event=event, ticket_type=ticket_type, sort_key=last_sort_key(siblings)
    )
    return add_row(variation, values, fields=VARIATION_FIELDS, actor=actor, at=at)


@transaction.atomic
def change_variation(
    *, event: Event, variation_id: int, values: Mapping[str, Any], actor: User, at: dt.datetime
) -> TicketVariation:
    """:raises CatalogueRefused: if it makes no sense, naming the field."""
    variation = locked(TicketVariation, event=event, pk=variation_id)
    values = _with_slug(values, (), old=variation.slug)
    return change_row(variation, values, fields=VARIATION_FIELDS, actor=actor, at=at)


@transaction.atomic
def delete_variation(*, event: Event, variation_id: int, actor: User, at: dt.datetime) -> None:
    """:raises InUse: if it was ever sold, or has prices of its own."""
    variation = locked(TicketVariation, event=event, pk=variation_id)
    if Registration.objects.filter(variation=variation).exists():
        raise _sold()
    _require_no_prices(variation)
    delete_row(variation, refusal=_sold(), actor=actor, at=at)


@transaction.atomic
def move_variation(
    *, event: Event, variation_id: int, is_up: bool, actor: User, at: dt.datetime
) -> None:
    variation = locked(TicketVariation, event=event, pk=variation_id)
    move_row(
        TicketVariation, event=event, pk=variation_id, is_up=is_up, actor=actor, at=at,
        among={"ticket_type": variation.ticket_type_id},
    )  # fmt: skip


@transaction.atomic
def add_workshop(
    *, event: Event, values: Mapping[str, Any], actor: User, at: dt.datetime
) -> Workshop:
    """:raises CatalogueRefused, NothingLikeIt: if it makes no sense, naming the field."""
    rows = Workshop.objects.filter(event=event)
    values = _with_slug(values, rows.values_list("slug", flat=True))
    workshop = Workshop(event=event, sort_key=last_sort_key(rows))
    return add_row(workshop, values, fields=WORKSHOP_FIELDS, actor=actor, at=at)


@transaction.atomic
def change_workshop(
    *, event: Event, workshop_id: int, values: Mapping[str, Any], actor: User, at: dt.datetime
) -> Workshop:
    """:raises CatalogueRefused, NothingLikeIt: if it makes no sense, naming the field."""
    workshop = locked(Workshop, event=event, pk=workshop_id)
    values = _with_slug(values, (), old=workshop.slug)
    return change_row(workshop, values, fields=WORKSHOP_FIELDS, actor=actor, at=at)


@transaction.atomic
def delete_workshop(*, event: Event, workshop_id: int, actor: User, at: dt.datetime) -> None:
    """:raises InUse: if it was ever booked."""
    workshop = locked(Workshop, event=event, pk=workshop_id)
    if workshop.seats_taken:
        raise _sold()
    delete_row(workshop, refusal=_sold(), actor=actor, at=at)


@transaction.atomic
def move_workshop(
    *, event: Event, workshop_id: int, is_up: bool, actor: User, at: dt.datetime
) -> None:
    move_row(Workshop, event=event, pk=workshop_id, is_up=is_up, actor=actor, at=at)


def _with_slug(values: Mapping[str, Any], taken: Any, *, old: str = "") -> Mapping[str, Any]:
    if "slug" not in values:
        return values
    slug = values["slug"] or old
    return {**values, "slug": slug_for(slug, name=values.get("name", ""), taken=taken)}


def _include(ticket_type: TicketType, included: Collection[Workshop]) -> dict[str, Any]:
    """Make these the workshops inside the ticket. What changed, as history keeps it."""
    if any(workshop.event_id != ticket_type.event_id for workshop in included):
        raise NothingLikeIt(_("There is no such workshop at this event."), field="included")
    rows = IncludedWorkshop.objects.filter(ticket_type=ticket_type)
    old = set(rows.values_list("workshop_id", flat=True))
    new = {workshop.pk for workshop in included}
    if old == new:
        return {}
    rows.exclude(workshop__in=new).delete()
    for workshop_id in sorted(new - old):
        IncludedWorkshop.objects.create(ticket_type=ticket_type, workshop_id=workshop_id)
    return {"included": [sorted(old), sorted(new)]}


def _require_no_ring(ticket_type: TicketType, before: TicketType | None) -> None:
    """Two that wait for each other would stay hidden for ever."""
    if before is None:
        return
    follows = dict(
        TicketType.objects.filter(event=ticket_type.event).values_list("pk", "shown_after_id")
    )
    follows[ticket_type.pk] = before.pk
    if leads_back(ticket_type.pk, follows.get):
        raise CatalogueRefused(
            _("These tickets would wait for each other and none would ever be shown."),
            field="shown_after",
        )


def _require_no_prices(variation: TicketVariation) -> None:
    number = variation.prices.filter(~Q(variation=None)).count()
    if number:
        raise InUse(
            _("%(number)d prices name it. Take them out of the matrix first.") % {"number": number}
        )
