"""What a paper about money says and when it may be written. Amounts are minor units."""

import dataclasses
import datetime as dt
import functools
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from conference.kernel.errors import DomainError, InputRefused
from conference.kernel.rich_text import clean_text
from conference.kernel.texts import TextMissing, TextTooLong, clean_name
from registration.rules.tax_numbers import read_tax_number
from registration.states import CREDITABLE, DocumentKind, OrderState

LONGEST_ADDRESS = 300
LONGEST_REASON = 300
MOST_PROFORMAS = 5
_LETTER_OF_SERIES = {
    DocumentKind.RECEIPT: "R",
    DocumentKind.INVOICE: "F",
    DocumentKind.PROFORMA: "P",
    DocumentKind.CREDIT_NOTE: "N",
}
_CODE = re.compile(r"[0-9A-Za-z-]{6,40}")


class IssuerMissing(DomainError):
    code = "issuer_missing"


class NothingToInvoice(DomainError):
    code = "nothing_to_invoice"


class NotCreditable(DomainError):
    code = "not_creditable"


class CreditTooHigh(InputRefused):
    code = "credit_too_high"


class TooManyProformas(DomainError):
    code = "too_many_proformas"


class CodeRefused(InputRefused):
    code = "authorisation_code"


class AuthorisedAlready(DomainError):
    code = "authorised_already"


@dataclasses.dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a paper is made out to; a person needs no tax number."""

    name: str
    tax_kind: str = ""
    tax_number: str = ""
    address: str = ""

    def cleaned(self) -> "Recipient":
        """:raises InputRefused: naming the field."""
        number = ""
        if self.tax_kind or self.tax_number.strip():
            number = read_tax_number(self.tax_kind, self.tax_number)
        return Recipient(
            name=clean_name(self.name, field="name"),
            tax_kind=self.tax_kind if number else "",
            tax_number=number,
            address=clean_address(self.address),
        )


def clean_address(text: str, *, field: str = "address", required: bool = False) -> str:
    """A few lines, each on one line of its own.

    :raises InputRefused: if it is too long, or empty where it is needed.
    """
    lines = (" ".join(line.split()) for line in clean_text(text).splitlines())
    address = "\n".join(line for line in lines if line)
    if required and not address:
        raise TextMissing(_("Please write the address."), field=field)
    if len(address) > LONGEST_ADDRESS:
        raise TextTooLong(
            _("Please shorten it to %(longest)d characters.") % {"longest": LONGEST_ADDRESS},
            field=field,
        )
    return address


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    description: str
    quantity: int
    unit_minor: int

    @property
    def amount_minor(self) -> int:
        return self.quantity * self.unit_minor

    def as_json(self) -> dict[str, Any]:
        return {**dataclasses.asdict(self), "amount_minor": self.amount_minor}


def balanced(lines: Iterable[Line], *, total_minor: int, difference: str) -> list[Line]:
    """
    The lines, and one more where they do not add up to what the ledger says.

    What an order costs may have changed after its lines were priced: a discount, a person gone.
    """
    kept = [line for line in lines if line.amount_minor]
    rest = total_minor - sum(line.amount_minor for line in kept)
    return [*kept, Line(difference, 1, rest)] if rest else kept


def series_prefix(kind: DocumentKind, event_id: int) -> str:
    """Unlike that of any other event of the installation."""
    return f"{_LETTER_OF_SERIES[kind]}{event_id}"


def number_in_words(prefix: str, number: int) -> str:
    return f"{prefix}-{number:06d}"


def require_may_invoice(*, state: str, to_invoice_minor: int, by_buyer: bool) -> None:
    """
    The buyer gets an invoice for a confirmed order; the organisers for any that was charged.

    :raises NothingToInvoice: if everything is invoiced, or nothing was charged.
    """
    if by_buyer and state != OrderState.CONFIRMED:
        raise NothingToInvoice(
            _("The invoice is issued once the order is paid. Until then, ask for a proforma.")
        )
    if to_invoice_minor <= 0:
        raise NothingToInvoice(
            _("Everything in this order is invoiced already, or nothing was charged.")
        )


def require_may_credit(*, kind: str, amount_minor: int, left_minor: int) -> None:
    """
    :raises NotCreditable: if no money can come back on such a paper.
    :raises CreditTooHigh: if more would come back than the paper says.
    """
    if kind not in CREDITABLE:
        raise NotCreditable(_("Only a receipt or an invoice can be credited."))
    if not 0 < amount_minor <= left_minor:
        raise CreditTooHigh(
            _("A credit note is more than zero and never more than what is left of its document."),
            field="amount",
        )


def clean_reason(text: str, *, field: str = "reason") -> str:
    """:raises InputRefused: if it is empty or too long."""
    reason = clean_name(text, field=field)  # at most 200 characters
    return reason[:LONGEST_REASON]


def clean_code(code: str, expires_on: dt.date, *, issued_on: dt.date) -> str:
    """
    The tax office's code, without spaces.

    In Argentina it is the CAE, 14 digits, which expires some days after it was given.
    Source: AFIP, Resolución General 4291/2018 and its web service manual, read 2026-11-25
    (secondary, unverified); other countries' codes are letters and digits of another length.

    :raises CodeRefused: if it cannot be one.
    """
    compact = "".join(code.split())
    if not _CODE.fullmatch(compact):
        raise CodeRefused(_("The code has 6 to 40 letters, digits and hyphens."), field="code")
    if expires_on < issued_on - dt.timedelta(days=10) or expires_on > issued_on + dt.timedelta(
        days=400
    ):
        raise CodeRefused(
            _("This code cannot be for this document: compare its date."), field="expires_on"
        )
    return compact


@functools.cache
def _notes() -> list[dict[str, Any]]:
    path = Path(__file__).resolve().parent.parent / "data" / "fiscal_notes.json"
    notes: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["notes"]
    return notes


def notes_for(kind: str, *, issuer_tax_kind: str, language: str) -> list[str]:
    """What the issuer's country wants printed on such a paper, in its language and the reader's."""
    found: list[str] = []
    for note in _notes():
        if kind in note["kinds"] and issuer_tax_kind in note["issuer_tax_kinds"]:
            texts = note["text"]
            official = note["official_language"] or language
            found += dict.fromkeys([texts[official], texts[language]])
    return found
