"""The letter to a consulate: one page in Spanish, its copy in English behind it, a QR to its page."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from conference.exports.paper import engine

STYLESHEET = "registration/paper/letter.css"
TEMPLATE = "registration/paper/letter.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSheet:
    """One language of the letter, filled in. `person` are pairs of word and value."""

    language: str
    title: str
    number: str
    note: str
    place_and_date: str
    to: str
    subject: str
    before: tuple[str, ...]
    person: tuple[tuple[str, str], ...]
    after: tuple[str, ...]
    closing: str
    signature: str
    check: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    number: str
    url: str
    issuer_name: str
    issuer_tax_number: str
    issuer_address: str
    contact: str
    signer_name: str
    signer_office: str
    edition: str
    sheets: tuple[LetterSheet, ...]


def render_letter_pdf(facts: LetterFacts) -> bytes:
    html = render_to_string(TEMPLATE, {"facts": facts})
    written: bytes = engine().render(html, stylesheet=STYLESHEET, pdf_variant="pdf/a-3a")
    return written
