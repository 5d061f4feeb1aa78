"""Keeping the text in which readers search equal to what the programme says."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from schedule.models import Session, Track
from schedule.operations.releasing import lock_programme, raise_version
from schedule.rules import search_text_of


def searchable_text(
    titles: Iterable[str], *, subtitle: str, track: Track | None, speaker_names: Iterable[str]
) -> str:
    """What a reader may find a session by: its title in every language, its people, its track."""
    return search_text_of(*titles, subtitle, track.name if track else "", *speaker_names)


def titles_of(session: Session) -> list[str]:
    data = session.title.data
    return [str(text) for text in data.values()] if isinstance(data, dict) else [str(data)]


@transaction.atomic
def refresh_programme(event_id: int, *, at: dt.datetime) -> int:
    """
    Write the search texts anew and let pages be made anew, after rooms, tracks, speakers or
    sessions were changed one by one or in bulk. The number of texts that were stale.
    """
    programme = lock_programme(event_id, at=at)
    stale = []
    for session in Session.objects.filter(event_id=event_id).with_people():
        text = searchable_text(
            titles_of(session),
            subtitle=session.subtitle,
            track=session.track,
            speaker_names=[link.speaker.name for link in session.session_speakers.all()],
        )
        if text != session.search_text:
            session.search_text = text
            stale.append(session)
    Session.objects.bulk_update(stale, ["search_text"], batch_size=500)
    raise_version(programme, at=at)
    return len(stale)
