"""What decides whether an answer about a programme may be given, and whether an old one holds."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db import connection

from conference.models import Event

# Every page and every poll of a calendar asks this, so it is one statement that costs a tenth
# of what composing it anew by the ORM does. The digest is of whole rows: a new column of an
# event, its venue or its rooms is in it without anybody thinking of it. What the programme
# itself says has a version, raised by every operation.
_HEAD = """
    SELECT e.id, coalesce(p.state = 'published', false), p.changed_at, coalesce(p.version, 0),
           md5(concat_ws(
               E'\\x1f', e::text, v::text, p::text,
               (SELECT string_agg(r::text, E'\\x1f' ORDER BY r.id)
                  FROM conference_room r WHERE r.event_id = e.id)
           ))
      FROM conference_event e
      JOIN conference_venue v ON v.id = e.venue_id
      LEFT JOIN schedule_programme p ON p.event_id = e.id
     WHERE e.slug = %s AND e.published_at IS NOT NULL
"""


@dataclass(frozen=True)
class ProgrammeHead:
    """`release` changes whenever anything that the programme's pages show has changed."""

    event_slug: str
    event_id: int
    is_published: bool
    changed_at: dt.datetime | None
    release: str

    def still_holds(self) -> bool:
        """Whether PostgreSQL says the same now."""
        now = programme_head(self.event_slug)
        return now is not None and now.release == self.release

    @cached_property
    def event(self) -> Event:
        """The event with its venue and programme, loaded when somebody asks for it."""
        return Event.objects.select_related("venue", "programme").get(pk=self.event_id)


def programme_head(event_slug: str) -> ProgrammeHead | None:
    """The programme of a published event, published itself or not, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD, [event_slug])
        row = cursor.fetchone()
    if row is None:
        return None
    event_id, is_published, changed_at, version, digest = row
    return ProgrammeHead(
        event_slug, event_id, is_published, changed_at, f"{event_id}.{version}.{digest[:16]}"
    )
