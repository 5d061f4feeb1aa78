"""The cells of the price matrix by what they name, and what an organiser is warned of."""

import dataclasses
import datetime as dt
import hashlib
import itertools
import re
from collections.abc import Iterable, Mapping
from typing import ClassVar

from babel.numbers import get_currency_precision
from django.utils.translation import gettext as _

from conference.kernel.errors import InputRefused
from registration.states import IncomeGroup, Profession

MOST_CELLS_ON_A_PAGE = 240


class CellRefused(InputRefused):
    code: ClassVar[str] = "price_cell"


@dataclasses.dataclass(frozen=True, slots=True)
class RowKey:
    """Whom the prices of a row are for. What is empty is left open."""

    profession: str = ""
    income_group: str = ""
    society_id: int | None = None
    variation_id: int | None = None

    @property
    def token(self) -> str:
        """For a form's hidden field; `row_of_token` reads it."""
        ids = (str(pk or "") for pk in (self.society_id, self.variation_id))
        return "~".join((self.profession, self.income_group, *ids))

    @property
    def weight(self) -> tuple[int, str, str, int, int]:
        names = (self.profession, self.income_group, self.society_id, self.variation_id)
        return (
            sum(bool(name) for name in names), self.profession, self.income_group,
            self.society_id or 0, self.variation_id or 0,
        )  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnKey:
    """When and in what money. Without a phase the price holds whenever no phase's does."""

    phase_id: int | None
    currency: str

    @property
    def token(self) -> str:
        return f"{self.phase_id or ''}~{self.currency}"


CellKey = tuple[RowKey, ColumnKey]


def row_of_token(token: str) -> RowKey:
    """:raises CellRefused: if no page of ours wrote it."""
    parts = token.split("~")
    if len(parts) != 4:
        raise CellRefused(_("There is no such row."))
    profession, income_group, *ids = parts
    if profession not in ("", *Profession.values) or income_group not in ("", *IncomeGroup.values):
        raise CellRefused(_("There is no such row."))
    return RowKey(profession, income_group, *(_pk(text) for text in ids))


def column_of_token(token: str) -> ColumnKey:
    """:raises CellRefused: if no page of ours wrote it."""
    phase, mark, currency = token.partition("~")
    if not mark or not re.fullmatch(r"[A-Z]{3}", currency):
        raise CellRefused(_("There is no such column."))
    return ColumnKey(_pk(phase), currency)


def _pk(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,15}", text, re.ASCII):
        raise CellRefused(_("There is no such row."))
    return int(text)


def fingerprint(cells: Mapping[CellKey, int]) -> str:
    """Of the prices a page shows: another one means that somebody changed them meanwhile."""
    lines = sorted(f"{row.token}|{column.token}|{minor}" for (row, column), minor in cells.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def minor_units_in_table(text: str, *, currency: str) -> int:
    """
    The minor units of an amount in a table: digits, at most one point or comma, no groups.

    :raises CellRefused: if it is none.
    """
    precision = get_currency_precision(currency)
    found = re.fullmatch(r"([0-9]{1,12})(?:[.,]([0-9]{1,4}))?", text.strip(), re.ASCII)
    fraction = found.group(2) or "" if found else ""
    if not found or len(fraction) > precision:
        raise CellRefused(
            _("“%(text)s” is no amount: write digits, and a point or comma before the coins.")
            % {"text": text[:30]}
        )
    return int(found.group(1) + fraction.ljust(precision, "0"))


@dataclasses.dataclass(frozen=True, slots=True)
class Phase:
    pk: int
    name: str
    starts_at: dt.datetime
    ends_at: dt.datetime


def times_without_a_phase(
    phases: Iterable[Phase], *, opens_at: dt.datetime, closes_at: dt.datetime
) -> list[tuple[dt.datetime, dt.datetime]]:
    """Half-open times of the sale in which none of these holds."""
    gaps = []
    here = opens_at
    for phase in sorted(phases, key=lambda each: each.starts_at):
        if phase.starts_at > here:
            gaps.append((here, min(phase.starts_at, closes_at)))
        here = max(here, phase.ends_at)
        if here >= closes_at:
            break
    if here < closes_at:
        gaps.append((here, closes_at))
    return [(start, end) for start, end in gaps if start < end]


def cheaper_later(
    cells: Mapping[CellKey, int], phases: Iterable[Phase]
) -> list[tuple[RowKey, str, Phase, Phase]]:
    """Rows and currencies in which a phase costs less than the one before it, with both phases."""
    in_order = sorted(phases, key=lambda each: each.starts_at)
    found = []
    rows = sorted(
        {(row, column.currency) for row, column in cells}, key=lambda one: (one[0].weight, one[1])
    )
    for row, currency in rows:
        priced = [
            (phase, cells[row, ColumnKey(phase.pk, currency)])
            for phase in in_order
            if (row, ColumnKey(phase.pk, currency)) in cells
        ]
        for (early, early_minor), (late, late_minor) in itertools.pairwise(priced):
            if late_minor < early_minor:
                found.append((row, currency, early, late))
    return found


def holds_for_all(cells: Iterable[CellKey], *, own_currency: str, currency: str) -> bool:
    """Whether everybody finds a price in that currency at every time."""
    return own_currency == currency or (RowKey(), ColumnKey(None, currency)) in set(cells)


# The columns of a price table, one price a row, by the short names that stand in addresses.
HEAD = (
    "kind", "product", "variation", "profession", "income_group", "society", "phase", "currency",
    "amount",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class PriceLine:
    """A row as it was written; `amount` empty takes the price out. `fault` if it has no cells."""

    number: int
    kind: str = ""
    product: str = ""
    variation: str = ""
    profession: str = ""
    income_group: str = ""
    society: str = ""
    phase: str = ""
    currency: str = ""
    amount: str = ""
    fault: str = ""
