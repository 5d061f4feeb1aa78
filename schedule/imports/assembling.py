"""From what a dialect's reader saw to a programme: every item taken, or refused with a reason."""

import itertools
import re
from collections import defaultdict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from conference.kernel.rich_text import plain_line, safe_html
from schedule.imports.identity import first_identity
from schedule.imports.moments import Clock, NoMoments
from schedule.imports.people import SpeakerBook
from schedule.imports.places import RoomBook, TrackBook
from schedule.imports.programme import (
    ImportedLink,
    ImportedProgramme,
    ImportedSession,
    ImportProblem,
    ProblemSeverity,
)
from schedule.imports.raw import RawLink, RawProgramme, RawSession
from schedule.imports.times import find_zone, parse_clock

LONGEST_TITLE = 300
LONGEST_KIND = 60
LONGEST_ABSTRACT = 20_000
MOST_LINKS = 30

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,2}")


def assemble(raw: RawProgramme, *, filename: str, default_time_zone: str) -> ImportedProgramme:
    return _Assembly(raw, default_time_zone).programme(filename)


class _Assembly:
    def __init__(self, raw: RawProgramme, default_time_zone: str) -> None:
        self.raw = raw
        self.problems: list[ImportProblem] = []
        self.time_zone_name = self._zone_name(default_time_zone)
        self.clock = Clock(ZoneInfo(self.time_zone_name), parse_clock(raw.day_change))
        self.rooms = RoomBook(raw)
        self.tracks = TrackBook((*raw.tracks, *(session.track for session in raw.sessions)))
        self.speakers = SpeakerBook()
        self.sessions: dict[str, ImportedSession] = {}

    def programme(self, filename: str) -> ImportedProgramme:
        for person in self.raw.persons:
            self.speakers.enter(person)
        for number, session in enumerate(self.raw.sessions, start=1):
            self._take(session, _name_of(session, number))
        self._note_people_in_two_places()
        return ImportedProgramme(
            source_format=self.raw.source_format,
            filename=plain_line(filename)[:200],
            title=plain_line(self.raw.title)[:LONGEST_TITLE],
            version=plain_line(self.raw.version)[:100],
            time_zone_name=self.time_zone_name,
            rooms=self.rooms.rooms,
            tracks=self.tracks.tracks,
            speakers=self.speakers.speakers,
            sessions=tuple(self.sessions.values()),
            problems=(*self.problems, *self.rooms.problems, *self.speakers.problems),
        )

    def _zone_name(self, default: str) -> str:
        named = self.raw.time_zone_name.strip()
        if find_zone(named):
            return named
        if named:
            self._notice(
                _("the file"),
                "time_zone_unknown",
                _("It names the time zone “%(unknown)s”, which nobody knows; %(default)s was used.")
                % {"unknown": named[:60], "default": default},
            )
        return default

    def _take(self, raw: RawSession, item: str) -> None:
        if raw.unreadable:
            self._refuse(item, "session_unreadable", raw.unreadable)
            return
        external_id = first_identity(guid=raw.guid, id=raw.id, slug=raw.slug)
        title = plain_line(raw.title)
        if not title:
            self._refuse(item, "session_without_title", _("It has no title."), external_id)
            return
        if external_id is None:
            self._refuse(
                item,
                "session_without_identity",
                _("It has no guid, id or slug by which it could be found again."),
            )
            return
        if external_id in self.sessions:
            self._refuse(
                item,
                "session_identity_repeated",
                _("Its identifier already belongs to “%s” in the same file.")
                % self.sessions[external_id].title,
            )
            return
        try:
            moments = self.clock.moments_of(raw)
        except NoMoments as reason:
            self._refuse(item, "session_without_time", str(reason), external_id)
            return
        for remark in moments.remarks:
            self._notice(item, "session_time_guessed", remark)
        self.sessions[external_id] = ImportedSession(
            external_id=external_id,
            title=self._shortened(item, title),
            subtitle=plain_line(raw.subtitle)[:LONGEST_TITLE],
            abstract_html=self._abstract(item, raw),
            kind=plain_line(raw.kind)[:LONGEST_KIND],
            language=self._language(item, raw.language),
            track_id=self.tracks.track_id(raw.track),
            room_id=self._room_id(item, raw),
            speaker_ids=self._speaker_ids(item, raw),
            starts_at=moments.starts_at,
            ends_at=moments.ends_at,
            links=tuple(_links(raw.links))[:MOST_LINKS],
        )

    def _shortened(self, item: str, title: str) -> str:
        if len(title) <= LONGEST_TITLE:
            return title
        self._notice(item, "title_shortened", _("Its title is too long and was cut."))
        return f"{title[: LONGEST_TITLE - 1]}…"

    def _abstract(self, item: str, raw: RawSession) -> str:
        parts = [part for part in (raw.abstract, raw.description) if part]
        if len(parts) == 2 and plain_line(parts[0]) in plain_line(parts[1]):
            parts = parts[1:]  # a description that begins with the abstract says it again
        if sum(map(len, parts)) > LONGEST_ABSTRACT:
            self._notice(item, "abstract_shortened", _("Its abstract is too long and was cut."))
        return "\n".join(safe_html(part[: LONGEST_ABSTRACT // len(parts)]) for part in parts)

    def _language(self, item: str, written: str) -> str:
        language = plain_line(written).lower().replace("_", "-").removesuffix("-formal")
        if not language or _LANGUAGE.fullmatch(language):
            return language
        self._notice(
            item, "language_unknown", _("Its language “%s” is no language code.") % written[:40]
        )
        return ""

    def _room_id(self, item: str, raw: RawSession) -> str | None:
        room_id = self.rooms.room_id(raw)
        if room_id is None:
            self._notice(item, "session_without_room", _("It has no room."))
        elif raw.room and raw.own_room_name and not _same(raw.room.name, raw.own_room_name):
            self._notice(
                item,
                "room_contradicted",
                _("It stands under the room “%(outer)s” and says “%(own)s”; the first was taken.")
                % {"outer": raw.room.name[:60], "own": raw.own_room_name[:60]},
            )
        return room_id

    def _speaker_ids(self, item: str, raw: RawSession) -> tuple[str, ...]:
        ids = [self.speakers.enter(person) for person in raw.persons]
        if None in ids:
            self._notice(item, "person_without_name", _("A person without a name was left out."))
        return tuple(dict.fromkeys(filter(None, ids)))

    def _note_people_in_two_places(self) -> None:
        names = {speaker.external_id: speaker.name for speaker in self.speakers.speakers}
        by_speaker: dict[str, list[ImportedSession]] = defaultdict(list)
        for session in self.sessions.values():
            for speaker_id in session.speaker_ids:
                by_speaker[speaker_id].append(session)
        for speaker_id, sessions in by_speaker.items():
            sessions.sort(key=lambda session: session.starts_at)
            for earlier, later in itertools.pairwise(sessions):
                if later.starts_at < earlier.ends_at:
                    self._notice(
                        _("person “%s”") % names[speaker_id],
                        "speaker_in_two_places",
                        _("The sessions “%(earlier)s” and “%(later)s” overlap.")
                        % {"earlier": earlier.title, "later": later.title},
                    )

    def _refuse(self, item: str, code: str, reason: str, external_id: str | None = None) -> None:
        self.problems.append(
            ImportProblem(item, reason, code, ProblemSeverity.REFUSED, external_id or "")
        )

    def _notice(self, item: str, code: str, reason: str) -> None:
        self.problems.append(ImportProblem(item, reason, code, ProblemSeverity.NOTICE))


def _name_of(raw: RawSession, number: int) -> str:
    """How a person finds the item in the file."""
    identifier = plain_line(raw.id or raw.guid or raw.slug)[:60]
    title = plain_line(raw.title)[:80]
    if identifier and title:
        return _("session %(identifier)s “%(title)s”") % {"identifier": identifier, "title": title}
    return _("session number %(number)d of the file %(known)s") % {
        "number": number,
        "known": identifier or title,
    }


def _same(one: str, other: str) -> bool:
    return plain_line(one).casefold() == plain_line(other).casefold()


def _links(links: tuple[RawLink, ...]) -> list[ImportedLink]:
    """Links that a browser may follow; the same address once."""
    kept: dict[str, ImportedLink] = {}
    for link in links:
        url = link.url.strip()
        if re.fullmatch(r"https?://\S{1,1000}", url, re.IGNORECASE):
            kept.setdefault(url, ImportedLink(url, plain_line(link.title)[:200] or url[:200]))
    return list(kept.values())
