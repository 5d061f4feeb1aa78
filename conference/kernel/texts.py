"""What people type about themselves: names and addresses, cleaned the same way at every door."""

import unicodedata
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from conference.kernel.errors import InputRefused
from conference.kernel.rich_text import MARKS_PER_LETTER, clean_line

LONGEST_NAME = 200
LONGEST_EMAIL = 254
# Letters by category that print nothing.
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_valid_email = EmailValidator(allowlist=[])


class TextMissing(InputRefused):
    code: ClassVar[str] = "required"


class TextTooLong(InputRefused):
    code: ClassVar[str] = "too_long"


class TooManyMarks(InputRefused):
    code: ClassVar[str] = "too_many_marks"


class EmailRefused(InputRefused):
    code: ClassVar[str] = "invalid_email"


def clean_name(text: str, *, field: str, required: bool = True) -> str:
    """
    One line in NFC without invisible characters; what people really write is kept as it is.

    :raises InputRefused: if nothing readable is left, it is too long, or a letter is buried in marks.
    """
    if _most_marks_on_a_letter(text) > MARKS_PER_LETTER:
        raise TooManyMarks(_("There are too many marks on one letter."), field=field)
    cleaned = clean_line(text)
    if not any(_can_be_seen(character) for character in cleaned):
        if required:
            raise TextMissing(_("Please write it: this cannot be empty."), field=field)
        return ""
    if len(cleaned) > LONGEST_NAME:
        raise TextTooLong(
            _("Please shorten it to %(longest)d characters.") % {"longest": LONGEST_NAME},
            field=field,
        )
    return cleaned


def clean_email(text: str, *, field: str = "email") -> str:
    """
    Trim it and lower the domain; the part before the @ is kept as typed.

    :raises InputRefused: if no mail can reach it.
    """
    address = unicodedata.normalize("NFC", text.strip())
    local, _at, domain = address.rpartition("@")
    domain = domain.lower()
    refusal = EmailRefused(_("Please look at the e-mail address again."), field=field)
    if domain.startswith("[") or len(address) > LONGEST_EMAIL:
        raise refusal
    try:
        _valid_email(f"{local}@{domain.encode('idna').decode('ascii')}")
    except (ValidationError, UnicodeError) as error:
        raise refusal from error
    return f"{local}@{domain}"


def _most_marks_on_a_letter(text: str) -> int:
    most = marks = 0
    for character in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        most = max(most, marks)
    return most


def _can_be_seen(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK_LETTERS
