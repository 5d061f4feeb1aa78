"""What a schedule file says, in our words, whatever its dialect."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class ProblemSeverity(StrEnum):
    REFUSED = "refused"  # the item is left out
    NOTICE = "notice"  # the item is taken, with the guess that the reason names


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One thing about one item that the reader of the report should know."""

    item: str
    reason: str
    code: str
    severity: ProblemSeverity
    external_id: str = ""  # of the session that it is about, where the file names it


@dataclass(frozen=True, slots=True)
class ImportedRoom:
    external_id: str
    name: str
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class ImportedTrack:
    external_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ImportedSpeaker:
    external_id: str
    name: str
    biography_html: str = ""


@dataclass(frozen=True, slots=True)
class ImportedLink:
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class ImportedSession:
    """`starts_at` and `ends_at` are UTC; rooms, tracks and speakers are named by external id."""

    external_id: str
    title: str
    subtitle: str
    abstract_html: str
    kind: str
    language: str
    track_id: str | None
    room_id: str | None
    speaker_ids: tuple[str, ...]
    starts_at: dt.datetime
    ends_at: dt.datetime
    links: tuple[ImportedLink, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedProgramme:
    source_format: str
    filename: str
    title: str
    version: str
    time_zone_name: str
    rooms: tuple[ImportedRoom, ...]
    tracks: tuple[ImportedTrack, ...]
    speakers: tuple[ImportedSpeaker, ...]
    sessions: tuple[ImportedSession, ...]
    problems: tuple[ImportProblem, ...]

    @property
    def refused(self) -> tuple[ImportProblem, ...]:
        return tuple(p for p in self.problems if p.severity is ProblemSeverity.REFUSED)

    @property
    def notices(self) -> tuple[ImportProblem, ...]:
        return tuple(p for p in self.problems if p.severity is ProblemSeverity.NOTICE)
