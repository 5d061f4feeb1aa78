"""A small programme with everything an export may trip over. Pure facts, no database."""

import dataclasses
import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from schedule.queries import (
    LinkFacts,
    PersonFacts,
    ProgrammeFacts,
    RoomFacts,
    SessionFacts,
    TrackFacts,
)
from schedule.states import SessionKind

CHANGED = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
NOON = dt.datetime(2027, 4, 14, 15, tzinfo=dt.UTC)
AULA = RoomFacts(id=1, slug="aula-magna", name="Aula Magna", capacity=500, sort_key=1)
ANDES = RoomFacts(id=2, slug="sala-andes", name="Sala Andes & Pampa", capacity=None, sort_key=2)
TRAUMA = TrackFacts(id=4, slug="trauma", name="Trauma, shock; sangre", colour=3)
ANA = PersonFacts(
    id=9, external_id="id:9", name="Ana Ñandú", role="speaker", role_label="Speaker",
    institution="Hospital", biography_html="<p>Vida</p>",
)  # fmt: skip


def session(**fields: Any) -> SessionFacts:
    values: dict[str, Any] = {
        "id": 7,
        "external_id": "id:7",
        "code": "shock",
        "kind": SessionKind.TALK,
        "title": "Shock; lo nuevo, lo viejo \\ \N{EM DASH} y un título largo para doblar la línea",
        "subtitle": "Ñandú",
        "abstract_html": "<p>Uno &amp; dos</p><ul><li>tres</li></ul>",
        "language": "es",
        "track": TRAUMA,
        "room": AULA,
        "starts_at": NOON,
        "ends_at": NOON + dt.timedelta(minutes=90),
        "is_cancelled": False,
        "revision": 2,
        "changed_at": CHANGED,
        "people": (ANA,),
        "links": (LinkFacts("https://example.org/a", "Guía"),),
    }
    return SessionFacts(**{**values, **fields})


def programme(*sessions: SessionFacts, **fields: Any) -> ProgrammeFacts:
    facts = ProgrammeFacts(
        event_slug="congreso-2027",
        title="Congreso 2027",
        version=5,
        changed_at=CHANGED,
        zone=ZoneInfo("America/Argentina/Buenos_Aires"),
        first_day=dt.date(2027, 4, 14),
        last_day=dt.date(2027, 4, 18),
        address="https://example.org/e/congreso-2027/programme/",
        rooms=(AULA, ANDES),
        tracks=(TRAUMA,),
        sessions=sessions,
    )
    return dataclasses.replace(facts, **fields)


NEXT_DAY = NOON + dt.timedelta(days=1)
NIGHT = dt.datetime(2027, 4, 15, 3, 30, tzinfo=dt.UTC)  # half past midnight in Buenos Aires

WHOLE = programme(
    session(),
    session(
        id=8, external_id="guid:8079583e-8321-506c-95af-fd2903a5f075", code="noche", room=ANDES,
        starts_at=NIGHT, ends_at=NIGHT + dt.timedelta(minutes=45), track=None, language="",
        people=(), links=(), subtitle="", abstract_html="",
    ),
    session(
        id=10, code="cafe", kind=SessionKind.BREAK, room=None, starts_at=NEXT_DAY,
        ends_at=NEXT_DAY + dt.timedelta(minutes=30), people=(), title="<Café> & 'té'",
    ),
    session(id=11, code="caida", is_cancelled=True, revision=3, starts_at=NEXT_DAY, room=ANDES,
            ends_at=NEXT_DAY + dt.timedelta(minutes=30)),
    session(id=12, code="sin-hora", starts_at=None, ends_at=None, room=None),
)  # fmt: skip
