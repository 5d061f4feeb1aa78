"""
From minutes to credits, and the caps.

Sum minutes, round once at the scope of the credit type, then cap. Fractions in between are
exact: nothing is a float, and no intermediate result is rounded.

Source: CME domain reference (cme.md), sections 1.4, 3 and 5, read 2026-11-25.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from certificates.rules.credit_types import NO_CREDIT, CreditTypeRule, hundredths
from certificates.states import CreditFlag, RoundingMode, RoundingScope, RoundingTie

_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class DayCredits:
    """`credits` is None where credits are not rounded by day."""

    day: date
    minutes: int
    credits: Decimal | None


@dataclass(frozen=True, slots=True)
class RoundedCredits:
    credits: Decimal
    days: tuple[DayCredits, ...]
    flags: frozenset[CreditFlag]


def credits_for_minutes(minutes: int | Decimal, rule: CreditTypeRule) -> Decimal:
    """
    Round so many minutes once, before minimum and caps.

    A step of 15 minutes never ties in whole minutes; seconds do, at 7 min 30 s.

    :raises ValueError: if the minutes are negative.
    """
    if minutes < 0:
        raise ValueError("There are no negative minutes.")
    exact_credits = Fraction(minutes) * Fraction(rule.credits_per_unit) / rule.unit_minutes
    return _steps(exact_credits / Fraction(rule.increment), rule) * rule.increment


def _steps(exact_steps: Fraction, rule: CreditTypeRule) -> int:
    if rule.rounding_mode is RoundingMode.DOWN:
        return math.floor(exact_steps)
    if rule.rounding_mode is RoundingMode.UP:
        return math.ceil(exact_steps)
    if rule.rounding_tie is RoundingTie.HALF_UP:
        return math.floor(exact_steps + _HALF)
    return math.ceil(exact_steps - _HALF)


def round_and_cap(
    minutes_per_session_by_day: Mapping[date, Mapping[str, int]], rule: CreditTypeRule
) -> RoundedCredits:
    """
    The credits for minutes that were each given to one session and one day of the venue.

    First the minimum, then the cap per day, then the cap of the activity.
    """
    minutes_by_day = {
        day: sum(per_session.values())
        for day, per_session in sorted(minutes_per_session_by_day.items())
    }
    if rule.rounding_scope is RoundingScope.ACTIVITY:
        uncapped = credits_for_minutes(sum(minutes_by_day.values()), rule)
        by_day = dict[date, Decimal]()
        capped = min(uncapped, _capped_once(minutes_by_day, rule))
    else:
        before_the_cap = {
            day: _credits_of_day(minutes_per_session_by_day[day], rule) for day in minutes_by_day
        }
        uncapped = sum(before_the_cap.values(), NO_CREDIT)
        by_day = {day: at_most(rule.cap_per_day, amount) for day, amount in before_the_cap.items()}
        capped = sum(by_day.values(), NO_CREDIT)

    days = tuple(
        DayCredits(day, minutes, by_day.get(day)) for day, minutes in minutes_by_day.items()
    )
    if uncapped < rule.minimum:
        below = {CreditFlag.BELOW_MINIMUM} if uncapped else set[CreditFlag]()
        return RoundedCredits(NO_CREDIT, days, frozenset(below))

    final = at_most(rule.cap_activity, capped)
    flags = {
        flag
        for flag, was_cut in (
            (CreditFlag.CAPPED_PER_DAY, capped < uncapped),
            (CreditFlag.CAPPED_PER_ACTIVITY, final < capped),
        )
        if was_cut
    }
    return RoundedCredits(hundredths(final), days, frozenset(flags))


def _credits_of_day(minutes_per_session: Mapping[str, int], rule: CreditTypeRule) -> Decimal:
    if rule.rounding_scope is RoundingScope.DAY:
        return credits_for_minutes(sum(minutes_per_session.values()), rule)
    return sum(
        (credits_for_minutes(minutes, rule) for minutes in minutes_per_session.values()), NO_CREDIT
    )


def _capped_once(minutes_by_day: Mapping[date, int], rule: CreditTypeRule) -> Decimal:
    """Cut each day to the minutes its cap is worth, then round once; never above all the caps."""
    if rule.cap_per_day is None:
        return credits_for_minutes(sum(minutes_by_day.values()), rule)
    worth = Fraction(rule.cap_per_day) * rule.unit_minutes / Fraction(rule.credits_per_unit)
    minutes = sum(min(minutes, math.floor(worth)) for minutes in minutes_by_day.values())
    return min(credits_for_minutes(minutes, rule), rule.cap_per_day * len(minutes_by_day))


def at_most(cap: Decimal | None, amount: Decimal) -> Decimal:
    return amount if cap is None else min(cap, amount)


def largest_step(amount: Decimal, rule: CreditTypeRule) -> Decimal:
    """The largest multiple of the increment that is not more than the amount."""
    return hundredths(amount // rule.increment * rule.increment)


def rounded_once(rule: CreditTypeRule) -> CreditTypeRule:
    """The same rule, rounding the activity once where it would round each session."""
    if rule.rounding_scope is RoundingScope.SESSION:
        return replace(rule, rounding_scope=RoundingScope.ACTIVITY)
    return rule
