"""From a session's day, date, start and length as written to two instants in UTC."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from schedule.imports.raw import RawDay, RawSession
from schedule.imports.times import (
    local_to_utc,
    parse_clock,
    parse_date,
    parse_duration,
    parse_instant,
)

LONGEST = dt.timedelta(hours=24)
USUAL_DAY_CHANGE = dt.time(4)  # what frab and pretalx assume where a file does not say it


@dataclass(frozen=True, slots=True)
class Moments:
    starts_at: dt.datetime
    ends_at: dt.datetime
    remarks: tuple[str, ...] = ()


class NoMoments(Exception):
    """The session's times cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How this file counts time: its zone, and the hour at which its days begin."""

    zone: ZoneInfo
    day_change: dt.time | None = None

    def moments_of(self, raw: RawSession) -> Moments:
        """:raises NoMoments: if start or length is missing or impossible."""
        starts_at, remarks = self._start(raw)
        ends_at = starts_at + self._length(raw, starts_at)
        return Moments(starts_at, ends_at, tuple(remarks))

    def _start(self, raw: RawSession) -> tuple[dt.datetime, list[str]]:
        instant = parse_instant(raw.date) or parse_instant(raw.start)
        if instant is not None and instant.tzinfo is not None:
            return instant.astimezone(dt.UTC), self._disagreement(raw, instant)
        if instant is not None:
            return self._from_wall_clock(instant)
        clock = parse_clock(raw.start)
        if clock is None:
            raise NoMoments(_("It has no start time that can be read: “%s”.") % raw.start[:40])
        if own_date := parse_date(raw.date):
            return self._from_wall_clock(dt.datetime.combine(own_date, clock))
        day_date = parse_date(raw.day.date)
        if day_date is None:
            raise NoMoments(
                _("It has no date that can be read: “%s”.") % (raw.date or raw.day.date)[:40]
            )
        local = dt.datetime.combine(day_date, clock)
        if self._belongs_to_the_night(local, raw.day):
            local += dt.timedelta(days=1)
        return self._from_wall_clock(local)

    def _belongs_to_the_night(self, local: dt.datetime, day: RawDay) -> bool:
        """Whether this wall-clock time of a programme's day falls on the next calendar day."""
        if self.day_change is not None:
            return local.time() < self.day_change
        opens, closes = parse_instant(day.start), parse_instant(day.end)
        if opens is None or closes is None:
            return local.time() < USUAL_DAY_CHANGE
        opens, closes = (
            edge.astimezone(self.zone).replace(tzinfo=None) if edge.tzinfo else edge
            for edge in (opens, closes)
        )
        return local < opens and local + dt.timedelta(days=1) < closes

    def _from_wall_clock(self, local: dt.datetime) -> tuple[dt.datetime, list[str]]:
        instant, shown = local_to_utc(local, self.zone)
        if shown:
            return instant, []
        return instant, [
            _("The clocks skip %(time)s on that day; it was moved by the hour that is missing.")
            % {"time": f"{local:%H:%M}"}
        ]

    def _disagreement(self, raw: RawSession, instant: dt.datetime) -> list[str]:
        clock = parse_clock(raw.start)
        read = {instant.time(), instant.astimezone(self.zone).time()}
        if clock is None or clock in read:
            return []
        return [
            _("Its date says %(date)s and its start says %(start)s; the date was taken.")
            % {"date": raw.date[:40], "start": raw.start[:40]}
        ]

    def _length(self, raw: RawSession, starts_at: dt.datetime) -> dt.timedelta:
        length = parse_duration(raw.duration)
        if length is None and (end := parse_instant(raw.end)):
            end_at = end.astimezone(dt.UTC) if end.tzinfo else local_to_utc(end, self.zone)[0]
            length = end_at - starts_at
        if length is None:
            raise NoMoments(_("It has no duration that can be read: “%s”.") % raw.duration[:40])
        if not dt.timedelta() < length <= LONGEST:
            raise NoMoments(_("It lasts less than a minute or more than 24 hours."))
        return length
