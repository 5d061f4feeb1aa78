"""
What a person pays, and why.

The price matrix has cells; a cell holds for a person if everything it names is hers. Of those
that hold, the one that names most wins; if two name as many, the one that names what comes first
in: society, profession, income group, phase, variation. Without any the product's own price
holds, in its own currency. Nothing is ever converted.
"""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable
from typing import Protocol

from django.utils.translation import gettext as _

from conference.kernel.money import Money
from registration.rules.refusals import NotSoldInThisCurrency
from registration.states import VoucherEffect


class Cell(Protocol):
    """What of a price the rules read; a model has it, a test makes it."""

    @property
    def currency(self) -> str: ...
    @property
    def amount_minor(self) -> int: ...
    @property
    def profession(self) -> str: ...
    @property
    def income_group(self) -> str: ...
    @property
    def phase_id(self) -> int | None: ...
    @property
    def society_id(self) -> int | None: ...
    @property
    def variation_id(self) -> int | None: ...


class Phase(Protocol):
    pk: int
    starts_at: dt.datetime
    ends_at: dt.datetime


class Code(Protocol):
    """What of a voucher the rules read."""

    effect: str
    percent: int | None
    amount_minor: int | None
    currency: str


@dataclasses.dataclass(frozen=True, slots=True)
class Circumstances:
    """What can decide a person's price. `income_group` is empty if her country has none."""

    profession: str
    income_group: str
    phase_id: int | None
    society_ids: frozenset[int]
    variation_id: int | None
    currency: str


@dataclasses.dataclass(frozen=True, slots=True)
class Priced:
    """The price of one product for one person, and the cell that decided it, if one did."""

    price: Money
    cell: Cell | None


def price_for(own_price: Money, cells: Iterable[Cell], person: Circumstances) -> Priced:
    """
    The price of one product whose cells these are.

    :raises NotSoldInThisCurrency: if it has no price in that currency.
    """
    held = [cell for cell in cells if _holds(cell, person)]
    if held:
        cell = max(held, key=_weight)
        return Priced(Money(cell.amount_minor, cell.currency), cell)
    if own_price.currency == person.currency or own_price.amount_minor == 0:
        return Priced(Money(own_price.amount_minor, person.currency), None)
    raise NotSoldInThisCurrency(
        _("This is not sold in %(currency)s.") % {"currency": person.currency}, field="currency"
    )


def price_without_status(
    own_price: Money, cells: Collection[Cell], person: Circumstances
) -> Priced:
    """
    The price of who does not prove what she is: as if no cell named her profession.

    In a currency that is sold to professions alone it is the dearest of theirs.

    :raises NotSoldInThisCurrency: if nobody could pay it in that currency.
    """
    try:
        return price_for(own_price, cells, dataclasses.replace(person, profession=""))
    except NotSoldInThisCurrency:
        of_others = [
            price_for(own_price, cells, dataclasses.replace(person, profession=profession))
            for profession in {cell.profession for cell in cells if _holds_for_some(cell, person)}
        ]
        if not of_others:
            raise
        return max(of_others, key=lambda priced: priced.price.amount_minor)


def _holds_for_some(cell: Cell, person: Circumstances) -> bool:
    return _holds(cell, dataclasses.replace(person, profession=cell.profession))


def _holds(cell: Cell, person: Circumstances) -> bool:
    return (
        cell.currency == person.currency
        and cell.profession in ("", person.profession)
        and cell.income_group in ("", person.income_group)
        and cell.phase_id in (None, person.phase_id)
        and (cell.society_id is None or cell.society_id in person.society_ids)
        and cell.variation_id in (None, person.variation_id)
    )


def _weight(cell: Cell) -> tuple[int, list[bool]]:
    named = [
        cell.society_id is not None,
        bool(cell.profession),
        bool(cell.income_group),
        cell.phase_id is not None,
        cell.variation_id is not None,
    ]
    return sum(named), named


def phase_at(phases: Iterable[Phase], at: dt.datetime) -> Phase | None:
    """The price phase of that moment, half-open; two never overlap."""
    return next((phase for phase in phases if phase.starts_at <= at < phase.ends_at), None)


def after_voucher(price: Money, code: Code) -> Money:
    """
    The price with a code; never below zero. A code of another currency changes nothing.

    Percents are rounded down to the minor unit, in the buyer's favour.
    """
    amount = price.amount_minor
    if code.effect == VoucherEffect.PERCENT:
        amount -= -(-amount * (code.percent or 0) // 100)
    elif code.currency == price.currency and code.amount_minor is not None:
        if code.effect == VoucherEffect.AMOUNT_OFF:
            amount = max(0, amount - code.amount_minor)
        elif code.effect == VoucherEffect.PRICE:
            amount = min(amount, code.amount_minor)
    return Money(amount, price.currency)


def after_group_discount(price: Money, percent: int) -> Money:
    """The price less that percent, rounded down to the minor unit."""
    return Money(price.amount_minor * (100 - percent) // 100, price.currency)


def group_percent(discounts: Iterable[tuple[int, int]], people: int) -> int:
    """The discount of an order with so many people, of pairs (at least so many people, percent)."""
    return max((percent for least, percent in discounts if people >= least), default=0)


def currencies_of(own_currency: str, cells: Collection[Cell]) -> set[str]:
    """What a product can be paid in."""
    return {own_currency, *(cell.currency for cell in cells)}
