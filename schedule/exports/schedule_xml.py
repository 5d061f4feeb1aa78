"""`schedule.xml` of frab and c3voc, valid against its schema."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from conference.kernel.rich_text import clean_text
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


def render_schedule_xml(facts: ProgrammeFacts) -> bytes:
    days = days_of(facts)
    root = Element("schedule")
    SubElement(root, "generator", name=GENERATOR, version="1")
    _text(root, "url", f"{facts.address}schedule.xml")
    _text(root, "version", str(facts.version))
    # Readers look for <conference> in the first kilobyte: nothing long stands before it.
    conference = SubElement(root, "conference")
    for tag, text in (
        ("acronym", acronym(facts)),
        ("title", facts.title),
        ("start", facts.first_day.isoformat()),
        ("end", facts.last_day.isoformat()),
        ("days", str(len(days))),
        ("timeslot_duration", TIMESLOT),
        ("base_url", facts.address),
        ("url", facts.address),
        ("time_zone_name", facts.zone.key),
    ):
        _text(conference, tag, text)
    for track in facts.tracks:
        SubElement(conference, "track", name=track.name)
    for day in days:
        _day(root, facts, day)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = clean_text(text)


def _day(root: Element, facts: ProgrammeFacts, day: ProgrammeDay) -> None:
    node = SubElement(
        root,
        "day",
        index=str(day.index),
        date=day.date.isoformat(),
        start=day.opens.isoformat(timespec="seconds"),
        end=day.closes.isoformat(timespec="seconds"),
    )
    for name, sessions in day.rooms.items():
        room = SubElement(node, "room", name=name)
        if sessions[0].room:
            room.set("guid", derived_guid(facts, f"room-{sessions[0].room.id}"))
        for session in sessions:
            _event(room, facts, session)


def _event(room: Element, facts: ProgrammeFacts, session: SessionFacts) -> None:
    event = SubElement(room, "event", id=str(session.id), guid=session_guid(facts, session))
    starts = local(facts, session.starts_at) if session.starts_at else ""
    for tag, text in (
        ("room", room_name(session)),
        ("title", session.title),
        ("subtitle", session.subtitle),
        ("type", session.kind.value),
        ("date", starts),
        ("start", starts[11:16]),
        ("duration", length(session)),
        ("abstract", session.abstract_html),
        ("slug", session_slug(facts, session)),
        ("track", session.track.name if session.track else ""),
        ("language", session.language),
        ("description", ""),
        ("url", facts.address_of(session)),
    ):
        _text(event, tag, text)
    persons = SubElement(event, "persons")
    for person in session.people:
        node = SubElement(
            persons, "person", id=str(person.id), guid=derived_guid(facts, f"person-{person.id}")
        )
        node.text = clean_text(person.name)
    links = SubElement(event, "links")
    for link in session.links:
        SubElement(links, "link", href=link.url).text = clean_text(link.title)
