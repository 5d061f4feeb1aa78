"""
Arithmetic of half-open periods, in whole UTC minutes.

A set of periods is kept in one shape only (sorted, without overlaps, without gaps of zero), so
that two sets are equal when they hold the same minutes.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

_SECONDS_PER_MINUTE = 60


def utc_minute(at: dt.datetime) -> int:
    """
    The minute since 1970-01-01 UTC in which the instant lies; its seconds are dropped.

    :raises ValueError: if the instant has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("An instant without a time zone is not a moment in time.")
    return int(at.timestamp() // _SECONDS_PER_MINUTE)


def instant_of(minute: int) -> dt.datetime:
    """The UTC instant at which that minute starts."""
    return dt.datetime.fromtimestamp(minute * _SECONDS_PER_MINUTE, tz=dt.UTC)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From a minute until, and without, a later one: [start_minute, end_minute), UTC."""

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        if self.start_minute >= self.end_minute:
            raise ValueError("A period ends after it starts.")

    @classmethod
    def between(cls, start_at: dt.datetime, end_at: dt.datetime) -> Self:
        """
        From one instant to another, both with a time zone; their seconds are dropped.

        :raises ValueError: if the end is not at least in the next minute.
        """
        return cls(utc_minute(start_at), utc_minute(end_at))

    @property
    def minutes(self) -> int:
        return self.end_minute - self.start_minute

    @property
    def start_at(self) -> dt.datetime:
        return instant_of(self.start_minute)

    @property
    def end_at(self) -> dt.datetime:
        return instant_of(self.end_minute)

    def overlap(self, other: "Period") -> "Period | None":
        """The minutes in both; None where they only touch or lie apart."""
        start_minute = max(self.start_minute, other.start_minute)
        end_minute = min(self.end_minute, other.end_minute)
        return Period(start_minute, end_minute) if start_minute < end_minute else None


@dataclass(frozen=True, slots=True)
class PeriodSet:
    """
    A set of minutes: `|` unites, `&` intersects, `-` subtracts, `minutes` measures.

    Make one with `PeriodSet.of(…)`, which accepts any order, overlaps and repetitions.
    """

    periods: tuple[Period, ...] = ()

    def __post_init__(self) -> None:
        if len(self.periods) < 2:
            return
        for before, after in zip(self.periods, self.periods[1:], strict=False):
            if before.end_minute >= after.start_minute:
                raise ValueError("Make a set of periods with PeriodSet.of(…).")

    @classmethod
    def of(cls, periods: Iterable[Period]) -> Self:
        merged: list[Period] = []
        for period in sorted(periods):
            if merged and period.start_minute <= merged[-1].end_minute:
                last = merged[-1]
                merged[-1] = Period(last.start_minute, max(last.end_minute, period.end_minute))
            else:
                merged.append(period)
        return cls(tuple(merged))

    @property
    def minutes(self) -> int:
        return sum(period.minutes for period in self.periods)

    @property
    def span(self) -> Period | None:
        """From the first minute to the last, gaps included; None if there is none."""
        if not self.periods:
            return None
        return Period(self.periods[0].start_minute, self.periods[-1].end_minute)

    def __iter__(self) -> Iterator[Period]:
        return iter(self.periods)

    def __bool__(self) -> bool:
        return bool(self.periods)

    def __or__(self, other: "PeriodSet") -> "PeriodSet":
        return PeriodSet.of((*self.periods, *other.periods))

    def __and__(self, other: "PeriodSet") -> "PeriodSet":
        shared: list[Period] = []
        mine, theirs = iter(self.periods), iter(other.periods)
        here, there = next(mine, None), next(theirs, None)
        while here and there:
            if both := here.overlap(there):
                shared.append(both)
            # The one that ends first cannot meet anything further.
            if here.end_minute <= there.end_minute:
                here = next(mine, None)
            else:
                there = next(theirs, None)
        return PeriodSet(tuple(shared))

    def __sub__(self, other: "PeriodSet") -> "PeriodSet":
        if not other:
            return self
        left: list[Period] = []
        for period in self.periods:
            start_minute = period.start_minute
            for taken in other.periods:
                if taken.end_minute <= start_minute or taken.start_minute >= period.end_minute:
                    continue
                if start_minute < taken.start_minute:
                    left.append(Period(start_minute, taken.start_minute))
                start_minute = taken.end_minute
            if start_minute < period.end_minute:
                left.append(Period(start_minute, period.end_minute))
        return PeriodSet(tuple(left))


NO_MINUTES = PeriodSet()


def union(sets: Iterable[PeriodSet]) -> PeriodSet:
    """The minutes that are in any of the sets."""
    return PeriodSet.of(period for one in sets for period in one)
