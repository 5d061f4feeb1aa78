"""What `schedule.json` and `schedule.xml` say alike: names, numbers and identifiers."""

import datetime as dt
import re
import uuid
from collections import defaultdict
from dataclasses import dataclass

from schedule.queries import ProgrammeFacts, SessionFacts
from schedule.rules import DAY_CHANGE, programme_day

GENERATOR = "Inter-American Emergency Medicine Conference"
TIMESLOT = "00:05"


@dataclass(frozen=True, slots=True)
class ProgrammeDay:
    """One day of the programme; `rooms` are in the event's order, each with its sessions."""

    index: int
    date: dt.date
    opens: dt.datetime
    closes: dt.datetime
    rooms: dict[str, list[SessionFacts]]


def acronym(facts: ProgrammeFacts) -> str:
    """At least four of a-z, 0-9 and _: other programs accept no hyphen."""
    return re.sub(r"[^a-z0-9]", "_", facts.event_slug.lower()).ljust(4, "_")


def days_of(facts: ProgrammeFacts) -> list[ProgrammeDay]:
    """The days that have sessions. A cancelled session is in neither format; the feed has it."""
    by_day: dict[dt.date, list[SessionFacts]] = defaultdict(list)
    for session in facts.sessions:
        if session.starts_at and not session.is_cancelled:
            by_day[programme_day(session.starts_at, facts.zone)].append(session)
    minute = dt.timedelta(minutes=1)
    return [
        ProgrammeDay(
            index=index,
            date=date,
            opens=_day_begins(facts, date),
            closes=_day_begins(facts, date + dt.timedelta(days=1)) - minute,
            rooms=_by_room(by_day[date]),
        )
        for index, date in enumerate(sorted(by_day), start=1)
    ]


def _day_begins(facts: ProgrammeFacts, date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, DAY_CHANGE, tzinfo=facts.zone)


def _by_room(sessions: list[SessionFacts]) -> dict[str, list[SessionFacts]]:
    rooms: dict[str, list[SessionFacts]] = defaultdict(list)
    for session in sorted(sessions, key=_room_order):  # stable: in the order of time
        rooms[room_name(session)].append(session)
    return dict(rooms)


def _room_order(session: SessionFacts) -> tuple[bool, int, str]:
    """Rooms in the event's order; sessions without one at the end."""
    room = session.room
    return (room is None, room.sort_key if room else 0, room.name if room else "")


def room_name(session: SessionFacts) -> str:
    return session.room.name if session.room else "–"


def session_guid(facts: ProgrammeFacts, session: SessionFacts) -> str:
    """The source's own guid where it is a UUID, else one that follows from the address."""
    _kind, _colon, written = session.external_id.partition(":")
    try:
        return str(uuid.UUID(written))
    except ValueError:
        return derived_guid(facts, f"session-{session.id}")


def derived_guid(facts: ProgrammeFacts, what: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{facts.address}#{what}"))


def session_slug(facts: ProgrammeFacts, session: SessionFacts) -> str:
    code = re.sub(r"[^a-z0-9_-]", "-", session.code.lower()).strip("-_") or "session"
    return f"{acronym(facts)}-{session.id}-{code}"


def length(session: SessionFacts) -> str:
    """`hours:minutes`."""
    if session.starts_at is None or session.ends_at is None:
        return "00:00"
    minutes = int((session.ends_at - session.starts_at).total_seconds()) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def local(facts: ProgrammeFacts, moment: dt.datetime) -> str:
    return moment.astimezone(facts.zone).isoformat(timespec="seconds")
