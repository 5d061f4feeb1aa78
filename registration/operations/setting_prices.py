"""Prices of the matrix, their phases, discounts of groups. What was sold keeps its price."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from conference.models import Event, User
from conference.operations.history import record
from registration.models import (
    GroupDiscount,
    Price,
    PricePhase,
    Society,
    TicketType,
    TicketVariation,
    Workshop,
)
from registration.operations.changing_rows import (
    add_row,
    change_row,
    delete_row,
    in_words,
    locked,
    slug_for,
)
from registration.queries.price_matrix import Product, prices_of
from registration.rules.catalogue import ChangedMeanwhile, InUse
from registration.rules.price_cells import CellKey, fingerprint
from registration.rules.refusals import NothingLikeIt
from registration.states import RegistrationAction

PHASE_FIELDS = ("slug", "name", "starts_at", "ends_at")
DISCOUNT_FIELDS = ("min_people", "percent")


@transaction.atomic
def set_prices(
    *,
    event: Event,
    product: Product,
    cells: Mapping[CellKey, int | None],
    seen: str | None,
    actor: User,
    at: dt.datetime,
) -> int:
    """
    Set these cells of a product's matrix; None takes a price out. How many changed.

    `seen` is the fingerprint of the prices the organiser looked at; None where nobody looked.

    :raises ChangedMeanwhile: if they are others by now.
    :raises NothingLikeIt: if a cell names something that this event has not.
    """
    product = locked(type(product), event=event, pk=product.pk)
    prices = prices_of(product)
    if seen is not None and seen != fingerprint(
        {key: price.amount_minor for key, price in prices.items()}
    ):
        raise ChangedMeanwhile(
            _("Somebody changed these prices meanwhile. Please look at them again before you save.")
        )
    _require_of_here(event, product, cells)
    changes = []
    for key, amount_minor in cells.items():
        price = prices.get(key)
        old = price.amount_minor if price else None
        if amount_minor == old:
            continue
        row, column = key
        if price and amount_minor is None:
            price.delete()
        elif price and amount_minor is not None:
            price.amount_minor = amount_minor
            price.save(update_fields=("amount_minor",))
        elif amount_minor is not None:
            with in_words():
                Price.objects.create(
                    event=event,
                    ticket_type=product if isinstance(product, TicketType) else None,
                    workshop=product if isinstance(product, Workshop) else None,
                    profession=row.profession,
                    income_group=row.income_group,
                    society_id=row.society_id,
                    variation_id=row.variation_id,
                    phase_id=column.phase_id,
                    currency=column.currency,
                    amount_minor=amount_minor,
                )
        changes.append({"row": row.token, "column": column.token, "minor": [old, amount_minor]})
    if changes:
        record(
            RegistrationAction.PRICES_CHANGED, event=event, subject=product, actor=actor, at=at,
            data={"cells": changes},
        )  # fmt: skip
    return len(changes)


def _require_of_here(event: Event, product: Product, cells: Mapping[CellKey, Any]) -> None:
    phases = set(PricePhase.objects.filter(event=event).values_list("pk", flat=True))
    societies = set(Society.objects.filter(event=event).values_list("pk", flat=True))
    variations = (
        set(TicketVariation.objects.filter(ticket_type=product).values_list("pk", flat=True))
        if isinstance(product, TicketType)
        else set()
    )
    for row, column in cells:
        if (
            column.phase_id not in {None, *phases}
            or row.society_id not in {None, *societies}
            or row.variation_id not in {None, *variations}
        ):
            raise NothingLikeIt(_("There is nothing like it at this event."))


@transaction.atomic
def add_phase(
    *, event: Event, values: Mapping[str, Any], actor: User, at: dt.datetime
) -> PricePhase:
    """:raises CatalogueRefused: if it overlaps another or makes no sense, naming the field."""
    taken = PricePhase.objects.filter(event=event).values_list("slug", flat=True)
    slug = slug_for(values.get("slug", ""), name=values.get("name", ""), taken=taken, longest=40)
    phase = PricePhase(event=event)
    return add_row(phase, {**values, "slug": slug}, fields=PHASE_FIELDS, actor=actor, at=at)


@transaction.atomic
def change_phase(
    *, event: Event, phase_id: int, values: Mapping[str, Any], actor: User, at: dt.datetime
) -> PricePhase:
    """:raises CatalogueRefused: if it overlaps another or makes no sense, naming the field."""
    phase = locked(PricePhase, event=event, pk=phase_id)
    values = {**values, "slug": values.get("slug") or phase.slug}
    return change_row(phase, values, fields=PHASE_FIELDS, actor=actor, at=at)


@transaction.atomic
def delete_phase(*, event: Event, phase_id: int, actor: User, at: dt.datetime) -> None:
    """:raises InUse: while prices name it: they would go with it."""
    phase = locked(PricePhase, event=event, pk=phase_id)
    _require_no_prices(phase.prices.count())
    delete_row(phase, refusal=InUse(_("It is used.")), actor=actor, at=at)


@transaction.atomic
def add_society(
    *, event: Event, values: Mapping[str, Any], actor: User, at: dt.datetime
) -> Society:
    """:raises CatalogueRefused: if there is one of that name."""
    return add_row(Society(event=event), values, fields=("name",), actor=actor, at=at)


@transaction.atomic
def change_society(
    *, event: Event, society_id: int, values: Mapping[str, Any], actor: User, at: dt.datetime
) -> Society:
    """:raises CatalogueRefused: if there is another of that name."""
    society = locked(Society, event=event, pk=society_id)
    return change_row(society, values, fields=("name",), actor=actor, at=at)


@transaction.atomic
def delete_society(*, event: Event, society_id: int, actor: User, at: dt.datetime) -> None:
    """With its list of members. :raises InUse: while prices name it: they would go with it."""
    society = locked(Society, event=event, pk=society_id)
    _require_no_prices(society.prices.count())
    delete_row(society, refusal=InUse(_("It is used.")), actor=actor, at=at)


@transaction.atomic
def add_group_discount(
    *, event: Event, values: Mapping[str, Any], actor: User, at: dt.datetime
) -> GroupDiscount:
    """:raises CatalogueRefused: if it makes no sense, naming the field."""
    discount = GroupDiscount(event=event)
    return add_row(discount, values, fields=DISCOUNT_FIELDS, actor=actor, at=at)


@transaction.atomic
def change_group_discount(
    *, event: Event, discount_id: int, values: Mapping[str, Any], actor: User, at: dt.datetime
) -> GroupDiscount:
    """:raises CatalogueRefused: if it makes no sense, naming the field."""
    discount = locked(GroupDiscount, event=event, pk=discount_id)
    return change_row(discount, values, fields=DISCOUNT_FIELDS, actor=actor, at=at)


@transaction.atomic
def delete_group_discount(*, event: Event, discount_id: int, actor: User, at: dt.datetime) -> None:
    discount = locked(GroupDiscount, event=event, pk=discount_id)
    delete_row(discount, refusal=InUse(_("It is used.")), actor=actor, at=at)


def _require_no_prices(number: int) -> None:
    if number:
        raise InUse(
            _("%(number)d prices name it. Take them out of the matrix first.") % {"number": number}
        )
