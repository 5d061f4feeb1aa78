"""How a programme is worded. Templates load it as `programme`."""

import datetime as dt

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from django import template

from conference.templatetags.presentation import current_locale
from schedule.queries import PersonFacts, SessionFacts

register = template.Library()

NAMES_IN_A_LIST = 3


@register.filter
def short_day(day: dt.date) -> str:
    """A day where there is little room: `mié 14 abr`."""
    return format_date(day, "EEE d MMM", locale=current_locale())


@register.filter
def language_name(code: str) -> str:
    """The language in the reader's words: `español`, `Spanish`."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(current_locale())
    except (UnknownLocaleError, ValueError, TypeError):
        return code
    return name or code


@register.filter
def first_people(session: SessionFacts) -> str:
    """The first names of a session, as many as a small field can hold."""
    return ", ".join(person.name for person in session.people[:NAMES_IN_A_LIST])


@register.filter
def more_people(session: SessionFacts) -> int:
    """How many people `first_people` leaves out."""
    return max(0, len(session.people) - NAMES_IN_A_LIST)


@register.filter
def roles(session: SessionFacts) -> list[tuple[str, list[PersonFacts]]]:
    """The people of a session by what they do there, in the order of the programme."""
    by_role: dict[str, list[PersonFacts]] = {}
    for person in session.people:
        by_role.setdefault(person.role_label, []).append(person)
    return list(by_role.items())
