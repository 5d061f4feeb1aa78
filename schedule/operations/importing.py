"""Bringing a file's programme into an event: once or a hundred times, with the same result."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conference.models import Event, User
from conference.operations.history import record
from schedule.imports.programme import (
    ImportedProgramme,
    ImportedSession,
    ImportProblem,
    ProblemSeverity,
)
from schedule.imports.reading import read_schedule
from schedule.models import Session, SessionSpeaker, Speaker
from schedule.operations.import_report import ImportReport
from schedule.operations.matching import free_slug, match_rooms, match_speakers, match_tracks
from schedule.operations.placing import save_those_that_fit, why_it_does_not_fit
from schedule.operations.releasing import lock_programme, raise_version
from schedule.operations.wanting import (
    CONTENT_FIELDS,
    PLACE_FIELDS,
    differs,
    save_row_by_row,
    wanted_session,
)
from schedule.rules import programme_day
from schedule.signals import sessions_moved
from schedule.states import ProgrammeAction, SpeakerRole


def import_schedule_file(
    event_id: int, file_bytes: bytes, *, filename: str, actor: User | None, at: dt.datetime
) -> ImportReport:
    """
    Read a `schedule.xml` or `schedule.json` and bring what it says into the event.

    :raises ImportRefused: if the file as a whole cannot be taken; nothing has changed then.
    """
    event = Event.objects.get(pk=event_id)
    programme = read_schedule(file_bytes, filename=filename, default_time_zone=event.time_zone)
    return import_programme(event_id, programme, actor=actor, at=at)


@transaction.atomic
def import_programme(
    event_id: int, programme: ImportedProgramme, *, actor: User | None, at: dt.datetime
) -> ImportReport:
    """
    Make the programme of the event say what the file says.

    Sessions are known by their external id. What cannot be taken is refused by itself, with
    its reason; the same file again changes nothing and leaves no line of history. Sessions
    that the file does not name stay and are reported.
    """
    release = lock_programme(event_id, at=at)
    importing = _Importing(release.event, programme, at=at)
    report = importing.run()
    if report.changed_anything:
        raise_version(release, at=at)
        record(
            ProgrammeAction.IMPORTED,
            event=release.event,
            subject=release,
            actor=actor,
            at=at,
            data={
                "created": report.created,
                "updated": report.updated,
                "unchanged": report.unchanged,
                "refused": len(report.refused),
                "absent": len(report.absent),
                "source_format": programme.source_format,
                "version": release.version,
            },
        )
    if importing.moved_ids:
        sessions_moved.send(Session, event=release.event, session_ids=importing.moved_ids)
    return report


class _Importing:
    """One import under way: what was found, what will be saved, what was refused."""

    def __init__(self, event: Event, programme: ImportedProgramme, *, at: dt.datetime) -> None:
        self.event = event
        self.programme = programme
        self.at = at
        self.problems: list[ImportProblem] = []
        self.moved_ids: list[int] = []

    def run(self) -> ImportReport:
        self.rooms, rooms_created = match_rooms(self.event, self.programme.rooms)
        self.tracks, tracks_created = match_tracks(self.event, self.programme.tracks)
        self.speakers, speakers_created, speakers_updated = match_speakers(
            self.event, self.programme.speakers
        )
        existing = {
            session.external_id: session for session in Session.objects.filter(event=self.event)
        }
        links = self._speaker_links()
        taken_codes = {session.code for session in existing.values()}

        new: list[Session] = []
        changed: list[tuple[Session, Session]] = []
        relinked: dict[str, list[Speaker]] = {}
        for facts in self.programme.sessions:
            known = existing.get(facts.external_id)
            wanted = self._as_wanted(facts, known, taken_codes)
            people = [self.speakers[speaker_id] for speaker_id in facts.speaker_ids]
            other_people = known is None or links[known.pk] != [person.pk for person in people]
            if other_people:
                relinked[facts.external_id] = people
            if known is None:
                new.append(wanted)
            elif other_people or differs(known, wanted, (*PLACE_FIELDS, *CONTENT_FIELDS)):
                changed.append((known, wanted))
            if known and known.is_cancelled:
                self._notice(
                    facts.title, "session_cancelled", _("It is cancelled here and stays cancelled.")
                )
        self._note_sessions_outside_the_event()

        refused = {session.external_id for session in self._save_changed(changed)}
        refused |= {
            session.external_id
            for session in save_those_that_fit(new, Session.objects.bulk_create)
            if self._refuse(session)
        }
        saved = [session for _known, session in changed] + new
        self._link_speakers([s for s in saved if s.external_id not in refused], relinked)

        created = sum(session.external_id not in refused for session in new)
        updated = sum(session.external_id not in refused for _known, session in changed)
        return ImportReport(
            created=created,
            updated=updated,
            unchanged=len(self.programme.sessions) - len(new) - len(changed),
            refused=(
                *self.programme.refused,
                *(p for p in self.problems if p.severity is ProblemSeverity.REFUSED),
            ),
            notices=(
                *self.programme.notices,
                *(p for p in self.problems if p.severity is ProblemSeverity.NOTICE),
            ),
            absent=self._absent(existing.values()),
            rooms_created=rooms_created,
            tracks_created=tracks_created,
            speakers_created=speakers_created,
            speakers_updated=speakers_updated,
        )

    def _speaker_links(self) -> dict[int, list[int]]:
        links: dict[int, list[int]] = defaultdict(list)
        for session_id, speaker_id in (
            SessionSpeaker.objects.filter(session__event=self.event, role=SpeakerRole.SPEAKER)
            .order_by("session_id", "position", "pk")
            .values_list("session_id", "speaker_id")
        ):
            links[session_id].append(speaker_id)
        return links

    def _as_wanted(
        self, facts: ImportedSession, known: Session | None, taken_codes: set[str]
    ) -> Session:
        return wanted_session(
            facts,
            known,
            event=self.event,
            code=known.code if known else free_slug(facts.title, taken_codes, fallback="session"),
            room=self.rooms[facts.room_id] if facts.room_id else None,
            track=self.tracks[facts.track_id] if facts.track_id else None,
            speaker_names=[self.speakers[speaker_id].name for speaker_id in facts.speaker_ids],
            at=self.at,
        )

    def _save_changed(self, changed: Sequence[tuple[Session, Session]]) -> list[Session]:
        """
        Save the changed sessions; return those whose new place is taken.

        All that move leave their rooms first, so that two may change places.
        """
        before = {known.pk: known for known, _wanted in changed}
        movers = [
            known.pk
            for known, wanted in changed
            if known.room_id and differs(known, wanted, PLACE_FIELDS)
        ]
        Session.objects.filter(pk__in=movers).update(room=None)
        refused = save_those_that_fit([wanted for _known, wanted in changed], save_row_by_row)
        for session in refused:
            self._refuse(session)
        homeless = save_those_that_fit([before[session.pk] for session in refused], save_row_by_row)
        for session in homeless:  # another one has its old room by now
            room_name = session.room.name if session.room else ""
            session.room = None
            save_row_by_row([session])
            self._notice(
                session.title,
                "session_lost_its_room",
                _("Another session has its old room “%s” now; it has none.") % room_name,
            )
        refused_ids = {session.pk for session in refused}
        self.moved_ids = [
            wanted.pk
            for known, wanted in changed
            if wanted.pk not in refused_ids and differs(known, wanted, PLACE_FIELDS)
        ]
        return refused

    def _link_speakers(
        self, sessions: Sequence[Session], people_of: dict[str, list[Speaker]]
    ) -> None:
        relinked = [session for session in sessions if session.external_id in people_of]
        SessionSpeaker.objects.filter(session__in=relinked, role=SpeakerRole.SPEAKER).delete()
        SessionSpeaker.objects.bulk_create(
            SessionSpeaker(
                session=session, speaker=speaker, role=SpeakerRole.SPEAKER, position=position
            )
            for session in relinked
            for position, speaker in enumerate(people_of[session.external_id], start=1)
        )

    def _note_sessions_outside_the_event(self) -> None:
        """One line, however many: a file of another year is all outside."""
        first, last, zone = self.event.first_day, self.event.last_day, self.event.zone
        outside = [
            facts
            for facts in self.programme.sessions
            if not first <= programme_day(facts.starts_at, zone) <= last
        ]
        if outside:
            self._notice(
                outside[0].title,
                "session_outside_event",
                ngettext(
                    "It is on %(day)s, outside the days of the event.",
                    "It is on %(day)s, outside the days of the event; so are others, %(number)d in all.",
                    len(outside),
                )
                % {
                    "day": programme_day(outside[0].starts_at, zone).isoformat(),
                    "number": len(outside),
                },
            )

    def _absent(self, existing: Any) -> tuple[str, ...]:
        named = {session.external_id for session in self.programme.sessions} | {
            problem.external_id for problem in self.programme.refused
        }
        return tuple(
            str(session.title)
            for session in existing
            if session.external_id not in named and not session.is_cancelled
        )

    def _refuse(self, session: Session) -> bool:
        self.problems.append(
            ImportProblem(
                item=_("session “%s”") % session.title,
                reason=why_it_does_not_fit(session),
                code="room_taken",
                severity=ProblemSeverity.REFUSED,
                external_id=session.external_id,
            )
        )
        return True

    def _notice(self, title: object, code: str, reason: str) -> None:
        self.problems.append(
            ImportProblem(_("session “%s”") % title, reason, code, ProblemSeverity.NOTICE)
        )
