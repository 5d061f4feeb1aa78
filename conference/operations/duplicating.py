"""Next year's edition out of this one."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext as _
from i18nfield.strings import LazyI18nString

from conference.kernel.errors import InputRefused
from conference.models import Event, Membership, Room, User
from conference.operations.copying import CopiedLine, CopiedTable, Duplication, Parts, lines_of
from conference.operations.history import record
from conference.operations.opening import add_member, open_event
from conference.rules import in_another_year
from conference.signals import duplication_asked, event_duplicated
from conference.states import EventAction, EventPart, Role

EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
LONGEST_SLUG = 60

ROOMS = CopiedTable(
    Room,
    rows=lambda event, _parts: Room.objects.filter(event=event),
    changes=lambda _room, duplication: {"event_id": duplication.copy.pk},
)
TEAM = CopiedTable(
    Membership,
    # Who duplicates it gets in anyway.
    rows=lambda event, parts: (
        Membership.objects.filter(event=event)
        if EventPart.TEAM in parts
        else Membership.objects.none()
    ),
    changes=lambda _member, duplication: {
        "event_id": duplication.copy.pk,
        "added_at": duplication.at,
    },
)


@transaction.atomic
def duplicate_event(
    source_id: int,
    *,
    slug: str,
    first_day: dt.date,
    parts: Collection[str],
    actor: User | None,
    at: dt.datetime,
) -> Event:
    """
    Make an event like another one that begins on that day, and show it to nobody yet.

    What is always copied: place, rooms, terms, what is sold and asked. `parts` are the rest.
    Hours stay, days move; counters begin at nothing; of people only the team is copied.

    :raises SlugTaken: if another event has that short name.
    :raises InputRefused: for a short name or a day that cannot be.
    """
    wanted = read_parts(parts)
    require_possible(slug, first_day)
    source = Event.objects.select_for_update(of=("self",), no_key=True).get(pk=source_id)
    copy = open_event(
        actor=actor, at=at, **{**facts_of_copy(source, first_day=first_day), "slug": slug}
    )
    duplication = Duplication(source=source, copy=copy, parts=wanted, actor=actor, at=at)
    for table in (ROOMS, TEAM):
        duplication.copy_table(table)
    if actor is not None:
        add_member(copy, user=actor, role=Role.ORGANISER, actor=actor, at=at)
    event_duplicated.send(Event, duplication=duplication)
    chosen = sorted(part.value for part in wanted)
    record(
        EventAction.DUPLICATED, event=source, subject=source, actor=actor, at=at,
        data={"copy": copy.pk, "parts": chosen},
    )  # fmt: skip
    record(
        EventAction.MADE_FROM_ANOTHER, event=copy, subject=copy, actor=actor, at=at,
        data={"source": source.pk, "parts": chosen},
    )  # fmt: skip
    return copy


def facts_of_copy(source: Event, *, first_day: dt.date) -> dict[str, Any]:
    """What the new event says of itself; a year in its name moves with it."""
    years = {"old": source.first_day.year, "new": first_day.year}
    name = source.name.data if isinstance(source.name, LazyI18nString) else source.name
    return {
        "kind": source.kind,
        "name": LazyI18nString(
            {language: in_another_year(str(text), **years) for language, text in name.items()}
            if isinstance(name, dict)
            else in_another_year(str(name), **years)
        ),
        "short_name": in_another_year(source.short_name, **years),
        "summary": source.summary,
        "venue": source.venue,
        "time_zone": source.time_zone,
        "first_day": first_day,
        "last_day": first_day + (source.last_day - source.first_day),
        "languages": list(source.languages),
        "subjects": list(source.subjects),
        "organiser_name": source.organiser_name,
        "contact_email": source.contact_email,
    }


def what_would_be_copied(event: Event, *, parts: Collection[str]) -> list[CopiedLine]:
    """So many rows of each kind, in the order in which they would be copied."""
    wanted = read_parts(parts)
    lines = lines_of((ROOMS, TEAM), event, wanted)
    answers: list[tuple[Any, Any]] = duplication_asked.send(Event, event=event, parts=wanted)
    for _receiver, more in answers:
        lines += more
    return lines


def read_parts(parts: Collection[str]) -> Parts:
    """:raises InputRefused: if there is no such part."""
    if not set(parts) <= set(EventPart.values):
        raise InputRefused(_("There is no such part of an event."), field="parts")
    return frozenset(EventPart(part) for part in parts)


def require_possible(slug: str, first_day: dt.date) -> None:
    """:raises InputRefused: for a short name or a day that no event can have."""
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise InputRefused(
            _("Write the short name with letters without accents, digits and hyphens."),
            field="slug",
        ) from error
    if len(slug) > LONGEST_SLUG:
        raise InputRefused(
            _("Please shorten it to %(longest)d characters.") % {"longest": LONGEST_SLUG},
            field="slug",
        )
    if not EARLIEST_YEAR <= first_day.year < LATEST_YEAR:
        raise InputRefused(_("Choose a day between the years 2000 and 2099."), field="first_day")
