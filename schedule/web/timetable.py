"""
A day of the programme as a timetable: rooms as columns, hours as rows.

One list of sessions serves both: on a phone it is read from top to bottom; on a desk the
classes `c3 r12 s4` (column, row, rows spanned) of `timetable-places.css` place each session
in a grid, since the page's security policy allows no inline style. Rows stand at every time
when something begins or ends, are at least as high as their minutes, and grow with their text.
"""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from schedule.queries import RoomFacts, SessionFacts
from schedule.rules import programme_day
from schedule.states import SessionKind

# What timetable-places.css has classes for; a longer day is shown as a list everywhere.
MOST_ROWS = 200
MOST_COLUMNS = 60
TALLEST_ROW_MINUTES = 120
PAUSE_ROW_MINUTES = 15  # nothing goes on: the row need not be as high as it is long
COLUMNS_THAT_FIT = 8


@dataclass(frozen=True, slots=True)
class Slot:
    """A session and where it stands."""

    session: SessionFacts
    starts: dt.datetime  # in the event's zone, as everything here
    ends: dt.datetime
    places: str

    @property
    def is_pause(self) -> bool:
        return self.session.kind is SessionKind.BREAK

    # Templates turn every time to UTC, so they are given words.
    @property
    def starts_word(self) -> str:
        return f"{self.starts:%H:%M}"

    @property
    def ends_word(self) -> str:
        return f"{self.ends:%H:%M}"

    @property
    def starts_iso(self) -> str:
        return self.starts.isoformat(timespec="minutes")

    @property
    def ends_iso(self) -> str:
        return self.ends.isoformat(timespec="minutes")


@dataclass(frozen=True, slots=True)
class Hour:
    """A row; `label` is empty where nothing begins."""

    at: dt.datetime
    label: str
    places: str

    @property
    def iso(self) -> str:
        return self.at.isoformat(timespec="minutes")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    places: str


@dataclass(frozen=True, slots=True)
class TimetableDay:
    date: dt.date
    columns: tuple[Column, ...]
    hours: tuple[Hour, ...]
    slots: tuple[Slot, ...]
    set_apart: tuple[Slot, ...]  # cancelled, and their place is taken by another

    @property
    def anchor(self) -> str:
        return f"day-{self.date.isoformat()}"

    @property
    def is_grid(self) -> bool:
        return bool(self.hours)

    @property
    def is_wide(self) -> bool:
        return len(self.columns) > COLUMNS_THAT_FIT


def timetable_of(
    sessions: Iterable[SessionFacts], zone: ZoneInfo, *, as_lists: bool = False
) -> list[TimetableDay]:
    """The days that have sessions with a time, each laid out; a choice of a few reads as lists."""
    by_day: dict[dt.date, list[SessionFacts]] = defaultdict(list)
    for session in sessions:
        if session.starts_at and session.ends_at:
            by_day[programme_day(session.starts_at, zone)].append(session)
    layouts = {date: _Layout(by_day[date], zone) for date in sorted(by_day)}
    if as_lists:
        return [layout.list_of_day(date) for date, layout in layouts.items()]
    return [layout.day(date) for date, layout in layouts.items()]


class _Layout:
    def __init__(self, sessions: list[SessionFacts], zone: ZoneInfo) -> None:
        self.zone = zone
        self.sessions = sorted(
            sessions, key=lambda one: (one.starts_at, one.room.sort_key if one.room else 0, one.id)
        )
        rooms: dict[int, RoomFacts] = {one.room.id: one.room for one in sessions if one.room}
        self.rooms = sorted(rooms.values(), key=lambda room: (room.sort_key, room.name))
        self.column_of_room = {room.id: number for number, room in enumerate(self.rooms, start=1)}
        self.columns: list[list[SessionFacts]] = [[] for _room in self.rooms]

    def day(self, date: dt.date) -> TimetableDay:
        placed, wide, apart = self._distribute()
        inside = [*placed, *wide]
        edges = sorted({edge for one in inside for edge in (one.starts_at, one.ends_at) if edge})
        if len(edges) > MOST_ROWS or len(self.columns) > MOST_COLUMNS:
            return self.list_of_day(date)
        row_of = {edge: number for number, edge in enumerate(edges, start=1)}
        column_of = {
            one.id: number for number, column in enumerate(self.columns, 1) for one in column
        }
        slots = []
        for one in self.sessions:
            if one in apart or one.starts_at is None or one.ends_at is None:
                continue
            column = f"c{column_of[one.id]}" if one.id in column_of else "call"
            row = row_of[one.starts_at]
            slots.append(self._slot(one, f"{column} r{row} s{row_of[one.ends_at] - row}"))
        return TimetableDay(
            date=date,
            columns=tuple(self._columns()),
            hours=tuple(self._hours(inside, edges)),
            slots=tuple(slots),
            set_apart=tuple(self._plain(apart)),
        )

    def list_of_day(self, date: dt.date) -> TimetableDay:
        return TimetableDay(date, (), (), tuple(self._plain(self.sessions)), ())

    def _distribute(
        self,
    ) -> tuple[list[SessionFacts], list[SessionFacts], list[SessionFacts]]:
        """Sessions in a column, sessions across all columns, and those whose place is taken."""
        placed, apart = [], []
        taking_place = [one for one in self.sessions if not one.is_cancelled]
        cancelled = [one for one in self.sessions if one.is_cancelled]
        for one in (*taking_place, *cancelled):
            if one.room is None:
                continue
            column = self.columns[self.column_of_room[one.room.id] - 1]
            if any(_overlap(one, other) for other in column):
                apart.append(one)
            else:
                column.append(one)
                placed.append(one)
        wide: list[SessionFacts] = []
        for one in (*taking_place, *cancelled):
            if one.room is not None:
                continue
            if not any(_overlap(one, other) for other in (*placed, *wide)):
                wide.append(one)
            else:
                self._into_a_column_without_room(one)
                placed.append(one)
        return placed, wide, apart

    def _into_a_column_without_room(self, one: SessionFacts) -> None:
        for column in self.columns[len(self.rooms) :]:
            if not any(_overlap(one, other) for other in column):
                column.append(one)
                return
        self.columns.append([one])

    def _columns(self) -> Iterable[Column]:
        for number in range(1, len(self.columns) + 1):
            room = self.rooms[number - 1] if number <= len(self.rooms) else None
            yield Column(room.name if room else "–", f"c{number}")

    def _hours(self, inside: list[SessionFacts], edges: list[dt.datetime]) -> Iterable[Hour]:
        beginnings = {one.starts_at for one in inside}
        for number, (edge, following) in enumerate(itertools.pairwise(edges), start=1):
            minutes = int((following - edge).total_seconds()) // 60
            is_busy = any(
                one.starts_at <= edge < one.ends_at
                for one in inside
                if one.starts_at and one.ends_at and one.kind is not SessionKind.BREAK
            )
            height = min(minutes, TALLEST_ROW_MINUTES if is_busy else PAUSE_ROW_MINUTES)
            at = edge.astimezone(self.zone)
            label = at.strftime("%H:%M") if edge in beginnings else ""
            yield Hour(at, label, f"r{number} m{max(5, 5 * round(height / 5))}")

    def _slot(self, one: SessionFacts, places: str) -> Slot:
        if one.starts_at is None or one.ends_at is None:
            raise ValueError("A session without a time has no place in a timetable.")
        return Slot(
            one, one.starts_at.astimezone(self.zone), one.ends_at.astimezone(self.zone), places
        )

    def _plain(self, sessions: Iterable[SessionFacts]) -> Iterable[Slot]:
        return (self._slot(one, "") for one in sessions)


def _overlap(one: SessionFacts, other: SessionFacts) -> bool:
    if not (one.starts_at and one.ends_at and other.starts_at and other.ends_at):
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
