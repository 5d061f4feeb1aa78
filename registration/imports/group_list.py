"""
The list of a group's people: one a row, under heads of any of our four languages.

Professions and countries are read as pages show them, in any of these languages, or by their codes.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from conference.kernel.errors import InputRefused
from registration.imports.tables import read_table
from registration.rules.attendees import AttendeeDetails
from registration.states import Profession

HEADS = {
    "email": gettext_lazy("E-mail"),
    "badge_name": gettext_lazy("Name on the badge"),
    "certificate_name": gettext_lazy("Name on the certificate"),
    "profession": gettext_lazy("Profession"),
    "country": gettext_lazy("Country of practice"),
    "institution": gettext_lazy("Institution"),
    "language": gettext_lazy("Language"),
}
NEEDED = ("email", "badge_name", "profession", "country")
# What people call these columns who did not take our template.
OTHER_HEADS = {
    "mail": "email", "correo": "email", "correoelectronico": "email", "courriel": "email",
    "name": "badge_name", "nombre": "badge_name", "nome": "badge_name", "nom": "badge_name",
    "country": "country", "pais": "country", "pays": "country",
    "profesion": "profession", "profissao": "profession", "profession": "profession",
    "idioma": "language", "langue": "language",
}  # fmt: skip
MOST_PEOPLE = 1_000


class ListRefused(InputRefused):
    code: ClassVar[str] = "list"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One row, or what is wrong with it: `fault` in words, in `column` if it is one cell's."""

    number: int
    attendee: AttendeeDetails | None = None
    language: str = ""
    written: str = ""
    column: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class PeopleList:
    encoding: str
    lines: list[PersonLine]


def heads_in_words() -> list[str]:
    """The heads of the template, in the language of the reader."""
    return [str(words) for words in HEADS.values()]


def column_in_words(name: str) -> str:
    return str(HEADS[name]) if name in HEADS else ""


def read_people(content: bytes) -> PeopleList:
    """
    Every row with its number as a spreadsheet shows it.

    :raises TableRefused, ListRefused: if it is no such table; says which columns are missing.
    """
    table = read_table(content)
    if not table.rows:
        raise ListRefused(_("This file is empty."))
    places = _columns(table.rows[0][1])
    rows = table.rows[1:]
    if len(rows) > MOST_PEOPLE:
        raise ListRefused(_("This list has more than %(most)d people.") % {"most": MOST_PEOPLE})
    width = len(table.rows[0][1])
    return PeopleList(
        table.encoding, [_line(number, cells, places, width) for number, cells in rows]
    )


def _columns(head: list[str]) -> dict[str, int]:
    known = _known_heads()
    places: dict[str, int] = {}
    twice = []
    for place, cell in enumerate(head):
        name = known.get(_plain(cell))
        if name is None:
            continue  # a column of her own, such as a telephone number
        if name in places:
            twice.append(cell)
        places[name] = place
    missing = [str(HEADS[name]) for name in NEEDED if name not in places]
    if missing or twice:
        raise ListRefused(
            _("The first row must name each of these columns once: %(columns)s.")
            % {"columns": ", ".join(missing or twice)}
        )
    return places


def _line(number: int, cells: list[str], places: dict[str, int], width: int) -> PersonLine:
    if len(cells) != width:
        words = _("This row has %(has)d cells, the first row %(wanted)d.")
        return PersonLine(number, fault=words % {"has": len(cells), "wanted": width})
    said = {name: cells[place] for name, place in places.items()}
    written = said["badge_name"] or said["email"]
    profession = _known(_professions(), said["profession"])
    if profession is None:
        fault = _("“%(text)s” is no profession of the list.") % {"text": said["profession"][:60]}
        return PersonLine(number, written=written, column="profession", fault=fault)
    country = _known(_countries(), said["country"])
    if country is None:
        fault = _("“%(text)s” is no country of the list.") % {"text": said["country"][:60]}
        return PersonLine(number, written=written, column="country", fault=fault)
    language = _known(_languages(), said.get("language", "")) if said.get("language") else ""
    if language is None:
        fault = _("“%(text)s” is none of our languages.") % {"text": said["language"][:60]}
        return PersonLine(number, written=written, column="language", fault=fault)
    attendee = AttendeeDetails(
        email=said["email"],
        badge_name=said["badge_name"],
        certificate_name=said.get("certificate_name") or said["badge_name"],
        profession=profession,
        country=country,
        institution=said.get("institution", ""),
    )
    try:
        return PersonLine(number, attendee.cleaned(), language, written)
    except InputRefused as refusal:
        column = refusal.field or ""
        return PersonLine(number, written=written, column=column, fault=str(refusal))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^a-z0-9]", "", decomposed)


def _known(words: dict[str, str], text: str) -> str | None:
    return words.get(_plain(text))


def _in_every_language(pairs: Iterable[tuple[str, object]]) -> dict[str, str]:
    """The values by their codes and by what pages call them, without accents."""
    pairs = list(pairs)
    found = {_plain(code): code for code, _words in pairs}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, words in pairs:
                found.setdefault(_plain(str(words)), code)
    return found


@cache
def _known_heads() -> dict[str, str]:
    return OTHER_HEADS | _in_every_language(HEADS.items())


@cache
def _professions() -> dict[str, str]:
    return _in_every_language((each.value, each.label) for each in Profession)


@cache
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {_plain(name): code for code, name in countries}
    return found | {_plain(code): code for code, _name in countries}


@cache
def _languages() -> dict[str, str]:
    return _in_every_language(settings.LANGUAGES)
