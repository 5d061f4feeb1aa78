"""The programme as pages and exports see it: frozen, complete, in one reader's language."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from schedule.states import SessionKind


@dataclass(frozen=True, slots=True)
class PersonFacts:
    id: int
    external_id: str
    name: str
    role: str
    role_label: str
    institution: str
    biography_html: str


@dataclass(frozen=True, slots=True)
class RoomFacts:
    id: int
    slug: str
    name: str
    capacity: int | None
    sort_key: int


@dataclass(frozen=True, slots=True)
class TrackFacts:
    id: int
    slug: str
    name: str
    colour: int


@dataclass(frozen=True, slots=True)
class LinkFacts:
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """Times are UTC, half-open; both None while the session has no place in the programme."""

    id: int
    external_id: str
    code: str
    kind: SessionKind
    title: str
    subtitle: str
    abstract_html: str
    language: str
    track: TrackFacts | None
    room: RoomFacts | None
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    is_cancelled: bool
    revision: int
    changed_at: dt.datetime
    people: tuple[PersonFacts, ...]
    links: tuple[LinkFacts, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """`address` is the absolute URL of the programme page, with a slash at the end."""

    event_slug: str
    title: str
    version: int
    changed_at: dt.datetime
    zone: ZoneInfo
    first_day: dt.date
    last_day: dt.date
    address: str
    rooms: tuple[RoomFacts, ...]
    tracks: tuple[TrackFacts, ...]
    sessions: tuple[SessionFacts, ...]

    def address_of(self, session: SessionFacts) -> str:
        return f"{self.address}{session.code}/"
