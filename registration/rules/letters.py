"""
What a letter for a visa says, who may have one, and what makes a reviewer look twice.

Source: Consulate General of the Argentine Republic in New York, Requirements for letter of
invitation, read 2026-11-25. The words themselves are in `data/visa_letter.json`, with their edition.
"""

import dataclasses
import datetime as dt
import functools
import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django_countries import countries

from conference.kernel.errors import DomainError, InputRefused
from conference.kernel.texts import clean_name
from registration.rules.attendees import searchable
from registration.rules.refusals import NothingLikeIt
from registration.states import LetterRisk, RegistrationState

LONGEST_STAY_DAYS = 90
LONG_STAY_DAYS = 14  # beyond the event
MOST_EARLY_DAYS = 60
OLDEST_YEARS = 120
MANY_LETTERS = 3
_PASSPORT = re.compile(r"[A-Z0-9]{5,15}")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class NotEntitled(DomainError):
    code = "not_entitled"


class LetterOpenAlready(DomainError):
    code = "letter_open_already"


class NeedsSecondLook(DomainError):
    code = "needs_second_look"


class PassportRefused(InputRefused):
    code = "passport"


class DateRefused(InputRefused):
    code = "date"


class PassportGone(DomainError):
    code = "passport_deleted"


@dataclasses.dataclass(frozen=True, slots=True)
class Passport:
    """What a person says for her letter. It is kept sealed and deleted after the event."""

    name: str
    number: str
    nationality: str  # ISO 3166-1 alpha-2
    born_on: dt.date
    arrives_on: dt.date
    leaves_on: dt.date
    consulate: str
    lodging: str = ""

    def cleaned(self, *, first_day: dt.date, last_day: dt.date, today: dt.date) -> "Passport":
        """:raises InputRefused: naming the field."""
        number = re.sub(r"[\s.-]", "", self.number).upper()
        if not _PASSPORT.fullmatch(number):
            raise PassportRefused(
                _("A passport's number has 5 to 15 letters and digits, as in the passport."),
                field="number",
            )
        if self.nationality not in countries:
            raise NothingLikeIt(_("Please choose a country of the list."), field="nationality")
        self._require_dates(first_day=first_day, last_day=last_day, today=today)
        return dataclasses.replace(
            self,
            name=clean_name(self.name, field="name"),
            number=number,
            consulate=clean_name(self.consulate, field="consulate"),
            lodging=clean_name(self.lodging, field="lodging", required=False),
        )

    def _require_dates(self, *, first_day: dt.date, last_day: dt.date, today: dt.date) -> None:
        if not today.year - OLDEST_YEARS <= self.born_on.year or self.born_on >= today:
            raise DateRefused(_("Please look at the date of birth again."), field="born_on")
        if self.leaves_on < self.arrives_on:
            raise DateRefused(_("The departure is before the arrival."), field="leaves_on")
        if self.arrives_on > last_day or self.leaves_on < first_day:
            raise DateRefused(
                _("The stay does not include any day of the event."), field="arrives_on"
            )
        if self.arrives_on < first_day - dt.timedelta(days=MOST_EARLY_DAYS):
            raise DateRefused(_("The arrival is too long before the event."), field="arrives_on")
        if (self.leaves_on - self.arrives_on).days > LONGEST_STAY_DAYS:
            raise DateRefused(
                _("We invite for at most %(days)d days.") % {"days": LONGEST_STAY_DAYS},
                field="leaves_on",
            )

    def as_json(self) -> str:
        return json.dumps(
            {
                name: value.isoformat() if isinstance(value, dt.date) else value
                for name, value in dataclasses.asdict(self).items()
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Passport":
        kept: dict[str, Any] = json.loads(text)
        days = {
            name: dt.date.fromisoformat(kept[name])
            for name in ("born_on", "arrives_on", "leaves_on")
        }
        return cls(**{**kept, **days})


def require_entitled(
    *, state: str, owed_minor: int, last_day: dt.date, today: dt.date, has_signer: bool
) -> None:
    """
    Only who is confirmed and owes nothing is invited, and only to an event that is not over.

    :raises NotEntitled: saying why.
    """
    if not has_signer:
        raise NotEntitled(
            _("The organisers have not said yet who signs letters. Please write to them.")
        )
    if state != RegistrationState.CONFIRMED or owed_minor > 0:
        raise NotEntitled(_("A letter is written for a registration that is paid and confirmed."))
    if last_day < today:
        raise NotEntitled(_("The event is over."))


def risks_of(
    passport: Passport,
    *,
    registration_name: str,
    price_minor: int,
    registered_at: dt.datetime,
    requested_at: dt.datetime,
    last_day: dt.date,
    first_day: dt.date,
    is_passport_known: bool,
    letters_in_order: int,
) -> list[LetterRisk]:
    """What a reviewer should look at again before she approves."""
    stay_days = (passport.leaves_on - passport.arrives_on).days
    event_days = (last_day - first_day).days
    found = {
        LetterRisk.SAME_PASSPORT: is_passport_known,
        LetterRisk.OTHER_NAME: not share_a_word(passport.name, registration_name),
        LetterRisk.FREE_TICKET: price_minor == 0,
        LetterRisk.LONG_STAY: stay_days > event_days + LONG_STAY_DAYS,
        LetterRisk.LATE_REGISTRATION: requested_at - registered_at < dt.timedelta(days=1),
        LetterRisk.MANY_LETTERS: letters_in_order > MANY_LETTERS,
    }
    return [risk for risk, is_there in found.items() if is_there]


def share_a_word(one: str, other: str) -> bool:
    """Passports leave out accents, and names are written in another order."""
    words = [set(re.findall(r"\w{2,}", searchable(name))) for name in (one, other)]
    return bool(words[0] & words[1])


def initials_of(name: str) -> str:
    """What a stranger who holds the paper can compare, `M. J. N.`, and no name."""
    letters = (
        next((letter for letter in word if letter.isalpha()), "") for word in name.split()[:12]
    )
    return " ".join(f"{unicodedata.normalize('NFC', one).upper()}." for one in letters if one)


def require_second_look(risks: Collection[LetterRisk], *, looked_twice: bool) -> None:
    """:raises NeedsSecondLook: if there is a risk and the reviewer did not say that she looked."""
    if risks and not looked_twice:
        raise NeedsSecondLook(
            _("Please look at the warnings and say that you did before you approve.")
        )


@functools.cache
def _texts() -> dict[str, Any]:
    path = Path(__file__).resolve().parent.parent / "data" / "visa_letter.json"
    texts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return texts


def edition_of_texts() -> str:
    return str(_texts()["edition"])


def letter_texts(language: str) -> dict[str, Any]:
    """The words of the letter in Spanish or English, with their placeholders."""
    words: dict[str, Any] = _texts()["languages"][language]
    return words


def filled(text: str, values: Mapping[str, str]) -> str:
    """
    The text with its `{names}` replaced, once: a value that looks like a placeholder stays as it is.

    :raises KeyError: if the text names something we do not know.
    """
    return _PLACEHOLDER.sub(lambda match: values[match.group(1)], text)
