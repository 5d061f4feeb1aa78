"""Boring rows: a valid minimum, nothing hidden."""

import datetime as dt
from typing import Any

from conference.models import Event
from schedule.models import Session, SessionSpeaker, Speaker, Track
from schedule.operations.publishing import publish_programme
from schedule.operations.searching import refresh_programme
from tests.conftest import NOON


def make_session(event: Event, **fields: Any) -> Session:
    """A confirmed session of half an hour, from noon of the first day."""
    starts_at = fields.pop("starts_at", NOON)
    return Session.objects.create(
        **{
            "event": event,
            "external_id": "test:1",
            "code": "shock",
            "title": "Shock",
            "starts_at": starts_at,
            "ends_at": starts_at + dt.timedelta(minutes=30) if starts_at else None,
            "changed_at": NOON,
            **fields,
        }
    )


def make_track(event: Event, name: str = "Trauma", slug: str = "trauma", colour: int = 3) -> Track:
    return Track.objects.create(event=event, name=name, slug=slug, colour=colour)


def give_speaker(session: Session, name: str, **fields: Any) -> Speaker:
    speaker, _created = Speaker.objects.get_or_create(
        event=session.event, external_id=f"test:{name}", defaults={"name": name}
    )
    SessionSpeaker.objects.create(session=session, speaker=speaker, **fields)
    return speaker


def publish(event: Event) -> None:
    """Make what was made row by row findable and visible."""
    refresh_programme(event.pk, at=NOON)
    publish_programme(event.pk, actor=None, at=NOON)
