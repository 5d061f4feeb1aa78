"""
Amounts as people type them: 1.234,50 in Spanish, Portuguese and French, 1,234.50 in English.

What could be read in two ways is refused, never guessed: 1,234 is no amount in Spanish, where it
would be one coin too precise, and one thousand in English.
"""

import re
from decimal import Decimal
from typing import ClassVar

from babel.numbers import format_decimal, get_currency_precision
from django.utils.translation import gettext as _

from conference.kernel.errors import InputRefused

# What congresses of the Americas sell in, and the euro.
CURRENCIES = (
    "USD", "ARS", "BOB", "BRL", "CAD", "CLP", "COP", "CRC", "DOP", "EUR", "GTQ", "HNL", "MXN",
    "NIO", "PEN", "PYG", "UYU",
)  # fmt: skip
LARGEST_MINOR = 10**13
_LOCALES = {"es": "es_AR", "pt-br": "pt_BR", "en": "en_US"}
_SPACES = re.compile(r"[\u0020\u00a0\u202f\u2009]")


class AmountRefused(InputRefused):
    code: ClassVar[str] = "amount"


def minor_units_typed(text: str, *, currency: str, language: str, field: str | None = None) -> int:
    """
    The minor units of an amount typed by a reader of that language; groups may be left out.

    :raises AmountRefused: if it is none, is negative, or has coins that the currency has not.
    """
    typed = text.strip()
    mark, group = (".", ",") if language == "en" else (",", ".")
    precision = get_currency_precision(currency)
    example = amount_typed(123450 * 10**precision // 100, currency=currency, language=language)
    refusal = AmountRefused(
        _("Please write an amount such as %(example)s.") % {"example": example}, field=field
    )
    if not re.fullmatch(r"[0-9.,\u0020\u00a0\u202f\u2009]{1,30}", typed, re.ASCII):
        raise refusal
    whole, _mark, fraction = typed.partition(mark)
    if mark not in typed and re.fullmatch(r"[0-9]+[.,][0-9]{1,2}", typed):
        # A group of one or two digits is no group: 180.50 is one hundred and eighty and a half.
        whole, _mark, fraction = typed.partition(group)
    whole = _SPACES.sub(group, whole)
    groups = re.escape(group)
    if not re.fullmatch(rf"[0-9]+|[0-9]{{1,3}}({groups}[0-9]{{3}})+", whole):
        raise refusal
    if fraction and not re.fullmatch(r"[0-9]+", fraction):
        raise refusal
    if len(fraction.rstrip("0")) > precision:
        raise AmountRefused(_("This currency has no such small coins."), field=field)
    minor = int(Decimal(f"{whole.replace(group, '')}.{fraction or 0}").scaleb(precision))
    if minor > LARGEST_MINOR:
        raise refusal
    return minor


def amount_typed(minor: int, *, currency: str, language: str) -> str:
    """An amount as a reader of that language would type it; the reverse of the above."""
    precision = get_currency_precision(currency)
    pattern = "#,##0." + "0" * precision if precision else "#,##0"
    locale = _LOCALES.get(language, "es_AR")
    return format_decimal(Decimal(minor).scaleb(-precision), format=pattern, locale=locale)
