"""A session as a file wants it, beside the session that is there already."""

import copy
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from i18nfield.strings import LazyI18nString

from conference.models import Event, Room
from schedule.imports.programme import ImportedSession
from schedule.models import Session, Track
from schedule.operations.searching import searchable_text
from schedule.rules import kind_from

PLACE_FIELDS = ("room_id", "starts_at", "ends_at")
CONTENT_FIELDS = (
    "title", "subtitle", "abstract", "kind", "language", "track_id", "links", "search_text",
)  # fmt: skip
SAVED_FIELDS = (
    "room", "starts_at", "ends_at", "title", "subtitle", "abstract", "kind", "language", "track",
    "links", "search_text", "revision", "changed_at",
)  # fmt: skip


def wanted_session(
    facts: ImportedSession,
    known: Session | None,
    *,
    event: Event,
    code: str,
    room: Room | None,
    track: Track | None,
    speaker_names: Sequence[str],
    at: dt.datetime,
) -> Session:
    """The session as the file wants it, unsaved; `known` stays as it is in the database."""
    if known is None:
        session = Session(event=event, external_id=facts.external_id, code=code)
    else:
        session = copy.copy(known)
        session._state = copy.copy(known._state)
    spoken = (_our_language(known.language) if known else "", _our_language(facts.language))
    session.title = _in_language(known and known.title, facts.title, spoken)
    session.abstract = _in_language(known and known.abstract, facts.abstract_html, spoken)
    session.subtitle = facts.subtitle
    session.kind = kind_from(facts.kind or facts.title)
    session.language = facts.language[:16]
    session.links = [{"url": link.url, "title": link.title} for link in facts.links]
    session.room, session.track = room, track
    session.starts_at, session.ends_at = facts.starts_at, facts.ends_at
    session.search_text = searchable_text(
        session.title.data.values(),
        subtitle=facts.subtitle,
        track=track,
        speaker_names=speaker_names,
    )
    session.changed_at = at
    if known and differs(known, session, PLACE_FIELDS):
        session.revision = known.revision + 1
    return session


def differs(known: Session, wanted: Session, fields: Sequence[str]) -> bool:
    return any(getattr(known, field) != getattr(wanted, field) for field in fields)


def save_row_by_row(sessions: Sequence[Session]) -> None:
    # bulk_update writes a CASE for each row and column, ten times slower than this.
    for session in sessions:
        session.save(update_fields=SAVED_FIELDS)


def _in_language(known: Any, text: str, spoken: tuple[str, str]) -> LazyI18nString:
    """
    `text` in the language spoken now, beside the translations made here, without the text in
    the language spoken before.

    Always by language, never a bare string: i18nfield reads `null` or `[1]` as JSON.
    """
    before, now = spoken
    translations = dict(known.data) if known is not None and isinstance(known.data, dict) else {}
    translations.pop(before, None)
    if text:  # the field keeps no empty translations
        translations[now] = text
    return LazyI18nString(translations)


def _our_language(spoken: str) -> str:
    codes = [code for code, _name in settings.LANGUAGES]
    return next(
        (code for code in codes if spoken and code.partition("-")[0] == spoken.partition("-")[0]),
        settings.LANGUAGE_CODE,
    )
