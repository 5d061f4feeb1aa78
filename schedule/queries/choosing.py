"""What a reader chose, from the words of an address. Pages, feeds and the API read it alike."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from conference.kernel.errors import InputRefused
from conference.kernel.rich_text import clean_line
from schedule.rules import LONGEST_QUERY

_SHORT_NAME = re.compile(r"[-a-zA-Z0-9_]{1,200}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ChoiceRefused(InputRefused):
    code = "invalid_choice"


class QueryTooLong(InputRefused):
    code = "query_too_long"


@dataclass(frozen=True, slots=True)
class ProgrammeFilter:
    """What a reader chose; empty means all."""

    day: dt.date | None = None
    room: str = ""
    track: str = ""
    language: str = ""
    query: str = ""

    @property
    def is_empty(self) -> bool:
        return self == ProgrammeFilter()

    @property
    def address(self) -> str:
        """The one way to write this choice behind the `?` of an address."""
        parts = {
            "day": self.day.isoformat() if self.day else "",
            "room": self.room,
            "track": self.track,
            "language": self.language,
            "q": self.query,
        }
        return urlencode({name: text for name, text in parts.items() if text})


def read_filter(values: Mapping[str, str]) -> ProgrammeFilter:
    """
    The choice that an address makes; names that mean nothing here are passed over.

    :raises InputRefused: for a value that no link of ours could have.
    """
    return ProgrammeFilter(
        day=_day(values.get("day", "")),
        room=_short_name(values.get("room", ""), "room"),
        track=_short_name(values.get("track", ""), "track"),
        language=_short_name(values.get("language", ""), "language").lower(),
        query=_query(values.get("q", "")),
    )


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise ChoiceRefused(
            _("“%s” is no day of a calendar. Write it as 2027-04-14.") % clean_line(text)[:40],
            field="day",
        ) from error
    if not 2000 <= day.year < 2100:
        raise ChoiceRefused(_("Choose a day between the years 2000 and 2099."), field="day")
    return day


def _short_name(text: str, field: str) -> str:
    if text and not _SHORT_NAME.fullmatch(text):
        raise ChoiceRefused(
            _("“%s” is not among the choices.") % clean_line(text)[:40], field=field
        )
    return text


def _query(text: str) -> str:
    if len(text) > LONGEST_QUERY:
        raise QueryTooLong(
            _("Search with at most %(longest)d characters.") % {"longest": LONGEST_QUERY},
            field="q",
        )
    return clean_line(text)
