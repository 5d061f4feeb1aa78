"""A receipt, an invoice, a proforma or a credit note: A4, PDF/A-3a, in the recipient's language."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation

from conference.exports.paper import engine

STYLESHEET = "registration/paper/document.css"
TEMPLATE = "registration/paper/document.html"


@dataclass(frozen=True, slots=True)
class BillLine:
    description: str
    quantity: int
    unit: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """Plain strings in the language of the paper; `warnings` are what the law wants to be seen."""

    language: str
    title: str
    number: str
    is_receipt: bool
    issued_on: str
    order_reference: str
    event_name: str
    place: str
    issuer_name: str
    issuer_tax_number: str
    issuer_address: str
    contact_email: str
    recipient_name: str
    recipient_tax_number: str
    recipient_address: str
    lines: tuple[BillLine, ...]
    total: str
    credited_number: str = ""
    authorisation_code: str = ""
    authorisation_expires_on: str = ""
    warnings: tuple[str, ...] = ()


def render_document_pdf(facts: DocumentFacts) -> bytes:
    with translation.override(facts.language):
        html = render_to_string(TEMPLATE, {"facts": facts})
    written: bytes = engine().render(html, stylesheet=STYLESHEET, pdf_variant="pdf/a-3a")
    return written
