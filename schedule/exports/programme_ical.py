"""
The programme as a calendar that phones keep up to date.

An entry's UID never changes, its SEQUENCE rises with its time, place and state, its DTSTAMP is
the last change (not "now", which would make every answer differ), and a cancelled session
stays, as cancelled, so that calendars take it out. Source: RFC 5545 and RFC 7986.
"""

import datetime as dt
import re
from collections.abc import Iterable

from icalendar import Calendar, Event
from icalendar.prop import vUri

from conference.kernel.rich_text import clean_text, plain_line
from schedule.queries import ProgrammeFacts, SessionFacts

PRODUCT = "-//Inter-American Emergency Medicine Conference//Programme//EN"
REFRESH = dt.timedelta(hours=1)

_BREAKS = re.compile(r"</(?:p|li|dt|dd|blockquote|pre)>|<br\s*/?>", re.IGNORECASE)


def render_programme_ical(
    facts: ProgrammeFacts, *, sessions: Iterable[SessionFacts], name: str, host: str
) -> bytes:
    """`host` makes the entries' UIDs ours: the installation's domain."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", facts.zone.key)
    calendar.add("url", vUri(facts.address))
    calendar.add("last-modified", facts.changed_at)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for session in sessions:
        if session.starts_at and session.ends_at:
            calendar.add_component(_entry(facts, session, session.starts_at, session.ends_at, host))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _entry(
    facts: ProgrammeFacts,
    session: SessionFacts,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    host: str,
) -> Event:
    entry = Event()
    entry.add("uid", f"session-{session.id}@{host}")
    entry.add("sequence", session.revision)
    entry.add("dtstamp", session.changed_at)
    entry.add("last-modified", session.changed_at)
    entry.add("dtstart", starts_at.astimezone(facts.zone))
    entry.add("dtend", ends_at.astimezone(facts.zone))
    entry.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
    entry.add("summary", plain_line(session.title))
    # Some programs drop entries without a place.
    entry.add("location", session.room.name if session.room else facts.title)
    entry.add("url", vUri(facts.address_of(session)))
    entry.add("transp", "OPAQUE")
    if description := _description(session):
        entry.add("description", description)
    if session.track:
        entry.add("categories", [session.track.name])
    return entry


def _description(session: SessionFacts) -> str:
    people = ", ".join(person.name for person in session.people)
    words = _BREAKS.sub("\n", session.abstract_html)
    lines = [plain_line(line) for line in clean_text(words).split("\n")]
    return "\n".join(filter(None, [session.subtitle, people, *lines]))
