"""Dates, clocks, lengths and zones as schedule files write them."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

EARLIEST_YEAR, LATEST_YEAR = 2000, 2100

_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_LENGTH = re.compile(r"([0-9]{1,3}):([0-9]{2})(?::([0-9]{2}))?")
_MINUTES = re.compile(r"[0-9]{1,4}")
_ISO_LENGTH = re.compile(
    r"P(?:([0-9]{1,3})D)?(?:T(?:([0-9]{1,3})H)?(?:([0-9]{1,4})M)?(?:([0-9]{1,5})S)?)?"
)


def parse_duration(text: str) -> dt.timedelta | None:
    """`00:25`, `1:30`, `00:05:00`, `90` (minutes) or `PT1H30M`; None if it is none of them."""
    text = text.strip()
    if match := _LENGTH.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if _MINUTES.fullmatch(text):
        return dt.timedelta(minutes=int(text))
    if (match := _ISO_LENGTH.fullmatch(text.upper())) and any(match.groups()):
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return None


def parse_clock(text: str) -> dt.time | None:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    try:
        hour, minute, second = (int(part or 0) for part in match.groups())
        return dt.time(hour, minute, second)
    except ValueError:
        return None


def parse_date(text: str) -> dt.date | None:
    """The calendar day of a date, or of a date with a time."""
    try:
        day = dt.date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
    return day if EARLIEST_YEAR <= day.year < LATEST_YEAR else None


def parse_instant(text: str) -> dt.datetime | None:
    """A date with a time; aware if the text names an offset, naive if not."""
    text = text.strip()
    if parse_date(text) is None or len(text) <= len("2026-10-14"):
        return None
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def find_zone(name: str) -> ZoneInfo | None:
    # ZoneInfo opens a file by this name: it raises KeyError for an unknown one, ValueError for
    # one outside its folder, OSError for a folder such as "America".
    try:
        return ZoneInfo(name.strip()) if name.strip() else None
    except (KeyError, ValueError, OSError):
        return None


def local_to_utc(local: dt.datetime, zone: ZoneInfo) -> tuple[dt.datetime, bool]:
    """The instant of a wall-clock time, and whether the clocks of `zone` ever showed it."""
    instant = local.replace(tzinfo=zone).astimezone(dt.UTC)
    shown = instant.astimezone(zone).replace(tzinfo=None) == local
    return instant, shown
