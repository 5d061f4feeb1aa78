"""What a person says about herself when she registers."""

import dataclasses
import unicodedata

from django.utils.translation import gettext as _
from django_countries import countries

from conference.kernel.errors import InputRefused
from conference.kernel.texts import clean_email, clean_name
from registration.rules.refusals import NothingLikeIt
from registration.states import Profession


@dataclasses.dataclass(frozen=True, slots=True)
class AttendeeDetails:
    """`country` is the country of practice, ISO 3166-1 alpha-2."""

    email: str
    badge_name: str
    certificate_name: str
    profession: str
    country: str
    institution: str = ""

    def cleaned(self) -> "AttendeeDetails":
        """:raises InputRefused: naming the field, if something cannot be kept."""
        if self.profession not in Profession.values:
            raise NothingLikeIt(_("Please choose a profession of the list."), field="profession")
        if self.country not in countries:
            raise NothingLikeIt(_("Please choose a country of the list."), field="country")
        return dataclasses.replace(
            self,
            email=clean_email(self.email, field="email"),
            badge_name=clean_name(self.badge_name, field="badge_name"),
            certificate_name=clean_name(self.certificate_name, field="certificate_name"),
            institution=clean_name(self.institution, field="institution", required=False),
        )


def problems_of(details: AttendeeDetails) -> dict[str, InputRefused]:
    """Every field that cannot be kept, with its refusal; a form shows them all at once."""
    problems: dict[str, InputRefused] = {}
    remaining = details
    harmless = {
        "email": "a@example.org", "badge_name": "A", "certificate_name": "A",
        "institution": "", "profession": Profession.OTHER.value, "country": "AR",
    }  # fmt: skip
    while True:
        try:
            remaining.cleaned()
        except InputRefused as refusal:
            name = refusal.field or ""
            problems[name] = refusal
            remaining = dataclasses.replace(remaining, **{name: harmless[name]})
        else:
            return problems


def searchable(*texts: str) -> str:
    """The texts in lower case without accents, to find `Núñez` by `nunez`."""
    decomposed = unicodedata.normalize("NFKD", " ".join(text for text in texts if text))
    return "".join(
        character for character in decomposed if not unicodedata.combining(character)
    ).casefold()
