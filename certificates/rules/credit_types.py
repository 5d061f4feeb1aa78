"""
A credit type is data: what a unit of it is, in which steps, how it is rounded and capped.

Source: CME domain reference (cme.md), sections 5 and 6, read 2026-11-25.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from certificates.states import (
    ClaimStyle,
    CountedMinutes,
    CreditFamily,
    RoundingMode,
    RoundingScope,
    RoundingTie,
)

NO_CREDIT = Decimal("0.00")
_HUNDREDTH = Decimal("0.01")


def hundredths(amount: Decimal | str | int) -> Decimal:
    """
    An amount of credit with two places.

    :raises TypeError: for a float, which cannot hold tenths exactly.
    :raises ValueError: if the amount has more than two places or is no finite number.
    """
    if isinstance(amount, float):
        raise TypeError("Credits are decimal numbers, never floats.")
    exact = Decimal(amount)
    if not exact.is_finite():
        raise ValueError("Credits are finite numbers.")
    rounded = exact.quantize(_HUNDREDTH)
    if rounded != exact:
        raise ValueError("Credits have two decimal places.")
    return rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTypeRule:
    """
    `credits_per_unit` credits for each `unit_minutes`, rounded to a multiple of `increment`.

    No `professions` means every profession. `all_or_nothing_pct` is the share of the minutes
    that must be attended for any credit; with the claim style of that name, reaching it gives
    the whole amount. Caps of None are no caps.
    """

    code: str
    unit_minutes: int
    increment: Decimal
    rounding_mode: RoundingMode
    credits_per_unit: Decimal = Decimal("1.00")
    rounding_tie: RoundingTie = RoundingTie.HALF_UP
    rounding_scope: RoundingScope = RoundingScope.ACTIVITY
    minimum: Decimal = NO_CREDIT
    cap_per_day: Decimal | None = None
    cap_activity: Decimal | None = None
    all_or_nothing_pct: int | None = None
    professions: frozenset[str] = frozenset()
    claim_style: ClaimStyle = ClaimStyle.CLAIM
    family: CreditFamily = CreditFamily.TIME_BASED
    counts: CountedMinutes = CountedMinutes.LEARNING

    def __post_init__(self) -> None:
        if self.unit_minutes <= 0 or self.increment <= 0 or self.credits_per_unit <= 0:
            raise ValueError("A unit has minutes and credits, and a step is more than zero.")
        limits = (self.minimum, self.cap_per_day, self.cap_activity)
        if any(limit is not None and limit < 0 for limit in limits):
            raise ValueError("A minimum or a cap is not negative.")
        if self.all_or_nothing_pct is not None and not 0 < self.all_or_nothing_pct <= 100:
            raise ValueError("A share is between 1 and 100 per cent.")
        if (
            self.claim_style is ClaimStyle.ALL_OR_NOTHING
            and self.rounding_scope is RoundingScope.SESSION
        ):
            raise ValueError("All or nothing speaks of the whole activity, not of a session.")

    def is_for(self, profession: str) -> bool:
        return not self.professions or profession in self.professions


class CreditTypeColumns(Protocol):
    """What a row of the credit type table offers; `knobs` holds the rarer ones."""

    @property
    def code(self) -> str: ...
    @property
    def unit_minutes(self) -> int: ...
    @property
    def credits_per_unit(self) -> Decimal: ...
    @property
    def increment(self) -> Decimal: ...
    @property
    def rounding_mode(self) -> str: ...
    @property
    def rounding_scope(self) -> str: ...
    @property
    def minimum(self) -> Decimal: ...
    @property
    def cap_per_day(self) -> Decimal | None: ...
    @property
    def professions(self) -> Iterable[str]: ...
    @property
    def knobs(self) -> Mapping[str, Any]: ...


def credit_type_rule(row: CreditTypeColumns) -> CreditTypeRule:
    """
    The rule that a row states. Knobs it does not state have their defaults.

    :raises ValueError: if the row makes no sense.
    """
    knobs = row.knobs
    return CreditTypeRule(
        code=row.code,
        unit_minutes=row.unit_minutes,
        credits_per_unit=hundredths(row.credits_per_unit),
        increment=hundredths(row.increment),
        rounding_mode=RoundingMode(row.rounding_mode),
        rounding_tie=RoundingTie(knobs.get("rounding_tie", RoundingTie.HALF_UP)),
        rounding_scope=RoundingScope(row.rounding_scope),
        minimum=hundredths(row.minimum),
        cap_per_day=_hundredths_or_none(row.cap_per_day),
        cap_activity=_hundredths_or_none(knobs.get("cap_activity")),
        all_or_nothing_pct=knobs.get("all_or_nothing_pct"),
        professions=frozenset(row.professions),
        claim_style=ClaimStyle(knobs.get("claim_style", ClaimStyle.CLAIM)),
        family=CreditFamily(knobs.get("family", CreditFamily.TIME_BASED)),
        counts=CountedMinutes(knobs.get("counts", CountedMinutes.LEARNING)),
    )


def _hundredths_or_none(amount: Decimal | str | int | None) -> Decimal | None:
    return None if amount is None else hundredths(amount)
