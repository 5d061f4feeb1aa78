"""What is true about events without asking the database."""

import datetime as dt
import re
import zoneinfo


def days_later(moment: dt.datetime, *, days: int, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """
    The same hour on the event's clocks, whole days later; UTC.

    Summer time may lie between: 09:00 stays 09:00. An hour that the clocks leave out is told by
    the clocks as they were before.
    """
    local = moment.astimezone(zone)
    naive = local.replace(tzinfo=None) + dt.timedelta(days=days)
    return naive.replace(tzinfo=zone, fold=local.fold).astimezone(dt.UTC)


def period_days_later(
    starts_at: dt.datetime, ends_at: dt.datetime, *, days: int, zone: zoneinfo.ZoneInfo
) -> tuple[dt.datetime, dt.datetime]:
    """Both ends, so that the one still comes before the other where the clocks leave out an hour."""
    start = days_later(starts_at, days=days, zone=zone)
    end = days_later(ends_at, days=days, zone=zone)
    return (start, end) if start < end else (start, start + (ends_at - starts_at))


def in_another_year(words: str, *, old: int, new: int) -> str:
    """`Congreso 2027` becomes `Congreso 2028`; other numbers stay."""
    return re.sub(rf"(?<!\d){old}(?!\d)", str(new), words)
