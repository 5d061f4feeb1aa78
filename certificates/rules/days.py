"""Days as the venue's calendar has them, whatever the clocks do that night."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from conference.kernel.periods import PeriodSet, instant_of, utc_minute


def minutes_by_day(minutes: PeriodSet, zone: ZoneInfo) -> dict[dt.date, int]:
    by_day: dict[dt.date, int] = {}
    for period in minutes:
        start_minute = period.start_minute
        while start_minute < period.end_minute:
            day = instant_of(start_minute).astimezone(zone).date()
            end_minute = min(period.end_minute, end_of_day_minute(day, zone))
            by_day[day] = by_day.get(day, 0) + end_minute - start_minute
            start_minute = end_minute
    return by_day


def end_of_day_minute(day: dt.date, zone: ZoneInfo) -> int:
    """The first UTC minute of the next day there."""
    next_midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, tzinfo=zone)
    return utc_minute(next_midnight)


def minutes_by_day_and_session(
    shares: Mapping[str, PeriodSet], zone: ZoneInfo
) -> dict[dt.date, dict[str, int]]:
    """Only days and sessions with minutes."""
    table: dict[dt.date, dict[str, int]] = {}
    for session_key, share in sorted(shares.items()):
        for day, minutes in minutes_by_day(share, zone).items():
            table.setdefault(day, {})[session_key] = minutes
    return table
