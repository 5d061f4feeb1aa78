"""What is true about a programme without asking the database."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from schedule.states import SessionKind

# A session that begins before this hour belongs to the evening before, as in frab and pretalx.
DAY_CHANGE = dt.time(4)
TRACK_COLOURS = 12
LONGEST_QUERY = 100
MOST_QUERY_WORDS = 10

_WORDS = re.compile(r"\w+")

_KIND_WORDS: dict[SessionKind, str] = {
    SessionKind.BREAK: "break coffee cafe lunch almuerzo almoco dejeuner pausa dinner breakfast",
    SessionKind.KEYNOTE: "keynote keynotes magistral plenary plenaria pleniere",
    SessionKind.WORKSHOP: "workshop workshops taller talleres oficina atelier",
    SessionKind.PANEL: "panel podium mesa controversia discussion debate bof",
    SessionKind.POSTERS: "poster posters eposter",
    SessionKind.CEREMONY: "ceremony opening closing apertura clausura abertura encerramento",
    SessionKind.PROMOTIONAL: "satellite satelite sponsor sponsored promotional industria",
    SessionKind.OTHER: "meeting keysigning certification social other",
}


def without_accents(text: str) -> str:
    """Lower case, without marks: `Ñandú` and `nandu` are found by each other."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def search_words(query: str) -> tuple[str, ...]:
    """What a reader looks for, as the words of `search_text` are written."""
    return tuple(dict.fromkeys(_WORDS.findall(without_accents(query))))[:MOST_QUERY_WORDS]


def search_text_of(*texts: str) -> str:
    return " ".join(_WORDS.findall(without_accents(" ".join(texts))))


def kind_from(written: str) -> SessionKind:
    """Our kind of a session from a foreign programme's word for it; a talk if in doubt."""
    words = set(_WORDS.findall(without_accents(written)))
    for kind, hints in _KIND_WORDS.items():
        if words & set(hints.split()):
            return kind
    return SessionKind.TALK


def programme_day(instant: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The day of the programme under which a session stands, by the event's clocks."""
    local = instant.astimezone(zone)
    return (
        local.date() - dt.timedelta(days=1)
        if local.time().replace(tzinfo=None) < DAY_CHANGE
        else local.date()
    )


def days_of_programme(instants: Iterable[dt.datetime | None], time_zone_name: str) -> list[dt.date]:
    """The days on which something begins, in their order."""
    zone = ZoneInfo(time_zone_name)
    return sorted({programme_day(instant, zone) for instant in instants if instant})


def programme_day_bounds(day: dt.date, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """The instants between which sessions of that day begin, half-open, UTC."""
    opens = dt.datetime.combine(day, DAY_CHANGE, tzinfo=zone)
    closes = dt.datetime.combine(day + dt.timedelta(days=1), DAY_CHANGE, tzinfo=zone)
    return opens.astimezone(dt.UTC), closes.astimezone(dt.UTC)
