"""The programme of an event that is made from another one: a draft, without people."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from conference.models import Event, Room
from conference.operations.copying import CopiedTable, Duplication, Parts
from conference.states import EventPart
from schedule.models import Programme, Session, Track
from schedule.operations.searching import searchable_text, titles_of


def _sessions(event: Event, parts: Parts) -> QuerySet[Session]:
    """What was cancelled last year is not planned again."""
    if EventPart.SESSIONS not in parts:
        return Session.objects.none()
    return Session.objects.confirmed().filter(event=event).select_related("track")


def _session(session: Session, duplication: Duplication) -> Mapping[str, Any]:
    starts_at, ends_at = duplication.moved_period(session.starts_at, session.ends_at)
    return {
        "event_id": duplication.copy.pk,
        "track_id": duplication.new_id(Track, session.track_id),
        "room_id": duplication.new_id(Room, session.room_id),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "actual_start_at": None,
        "actual_end_at": None,
        "links": [],  # recordings and slides are of the one edition
        "revision": 0,
        "changed_at": duplication.at,
        "search_text": searchable_text(
            titles_of(session), subtitle=session.subtitle, track=session.track, speaker_names=()
        ),
    }


TABLES = (
    CopiedTable(
        Track,
        rows=lambda event, _parts: Track.objects.filter(event=event),
        changes=lambda _track, duplication: {"event_id": duplication.copy.pk},
    ),
    CopiedTable(Session, rows=_sessions, changes=_session),
)


def copy_programme(duplication: Duplication) -> None:
    for table in TABLES:
        duplication.copy_table(table)
    Programme.objects.create(event=duplication.copy, changed_at=duplication.at)
