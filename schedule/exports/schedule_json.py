"""`schedule.json` of c3voc, version 1, valid against its schema."""

import json
from typing import Any

from schedule.exports.interchange import (
    GENERATOR,
    TIMESLOT,
    ProgrammeDay,
    acronym,
    days_of,
    derived_guid,
    length,
    local,
    room_name,
    session_guid,
    session_slug,
)
from schedule.queries import ProgrammeFacts, SessionFacts

SCHEMA = "https://c3voc.de/schedule/schema.json"


def render_schedule_json(facts: ProgrammeFacts) -> bytes:
    days = days_of(facts)
    document = {
        "$schema": SCHEMA,
        "generator": {"name": GENERATOR, "version": "1"},
        "schedule": {
            "version": str(facts.version),
            "base_url": facts.address,
            "conference": {
                "acronym": acronym(facts),
                "title": facts.title,
                "start": facts.first_day.isoformat(),
                "end": facts.last_day.isoformat(),
                "daysCount": len(days),
                "timeslot_duration": TIMESLOT,
                "time_zone_name": facts.zone.key,
                "url": facts.address,
                "rooms": [
                    {
                        "name": room.name,
                        "slug": room.slug,
                        "guid": derived_guid(facts, f"room-{room.id}"),
                        "description": None,
                        "capacity": room.capacity,
                    }
                    for room in facts.rooms
                ],
                "tracks": [{"name": track.name, "slug": track.slug} for track in facts.tracks],
                "days": [_day(facts, day) for day in days],
            },
        },
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _day(facts: ProgrammeFacts, day: ProgrammeDay) -> dict[str, Any]:
    return {
        "index": day.index,
        "date": day.date.isoformat(),
        "day_start": day.opens.isoformat(timespec="seconds"),
        "day_end": day.closes.isoformat(timespec="seconds"),
        "rooms": {
            name: [_event(facts, session) for session in sessions]
            for name, sessions in day.rooms.items()
        },
    }


def _event(facts: ProgrammeFacts, session: SessionFacts) -> dict[str, Any]:
    starts = local(facts, session.starts_at) if session.starts_at else ""
    return {
        "id": session.id,
        "guid": session_guid(facts, session),
        "date": starts,
        "start": starts[11:16],
        "end": local(facts, session.ends_at) if session.ends_at else starts,
        "duration": length(session),
        "room": room_name(session),
        "slug": session_slug(facts, session),
        "url": facts.address_of(session),
        "title": session.title,
        "subtitle": session.subtitle,
        "track": session.track.name if session.track else None,
        "type": session.kind.value,
        "language": session.language or None,
        "abstract": session.abstract_html,
        "description": "",
        "persons": [
            {
                "id": person.id,
                # Never made from an e-mail: that would let people be followed from list to list.
                "guid": derived_guid(facts, f"person-{person.id}"),
                "public_name": person.name,
                "biography": person.biography_html,
            }
            for person in session.people
        ],
        "links": [{"url": link.url, "title": link.title} for link in session.links],
        "attachments": [],
    }
