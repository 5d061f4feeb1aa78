"""A file as its dialect's reader saw it: every value still the text that stood there."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RawRoom:
    name: str
    guid: str = ""
    capacity: str = ""


@dataclass(frozen=True, slots=True)
class RawPerson:
    name: str
    id: str = ""
    guid: str = ""
    code: str = ""
    biography: str = ""


@dataclass(frozen=True, slots=True)
class RawLink:
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class RawDay:
    date: str = ""
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class RawSession:
    day: RawDay
    guid: str = ""
    id: str = ""
    slug: str = ""
    title: str = ""
    subtitle: str = ""
    abstract: str = ""
    description: str = ""
    kind: str = ""
    language: str = ""
    track: str = ""
    room: RawRoom | None = None
    own_room_name: str = ""
    date: str = ""
    start: str = ""
    duration: str = ""
    end: str = ""
    persons: tuple[RawPerson, ...] = ()
    links: tuple[RawLink, ...] = ()
    unreadable: str = ""  # why the reader of the dialect could not see an event here at all


@dataclass(frozen=True, slots=True)
class RawProgramme:
    source_format: str
    title: str = ""
    version: str = ""
    time_zone_name: str = ""
    day_change: str = ""
    rooms: tuple[RawRoom, ...] = ()
    tracks: tuple[str, ...] = ()
    persons: tuple[RawPerson, ...] = field(default=(), repr=False)
    sessions: tuple[RawSession, ...] = field(default=(), repr=False)
