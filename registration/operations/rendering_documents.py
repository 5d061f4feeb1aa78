"""Making the file of a paper about money: rendered, stored under its hash, its buyer told."""

import datetime as dt

from babel.dates import format_date
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import to_locale

from conference.kernel.background import after_commit
from conference.kernel.job_kinds import FileContent
from conference.kernel.money import Money
from conference.models import StoredFile
from conference.operations.emailing import queue_email
from conference.operations.history import record
from conference.operations.jobs import keep_file
from registration.exports.document_pdf import BillLine, DocumentFacts, render_document_pdf
from registration.models import FiscalDocument
from registration.operations.authorising import ask_authority
from registration.rules.documents import notes_for
from registration.rules.references import written_reference
from registration.rules.tax_numbers import acronym_of
from registration.states import DocumentAction, DocumentKind

FORGOTTEN_AFTER = dt.timedelta(minutes=2)
MOST_AT_ONCE = 200


def render_document(document_id: int, *, at: dt.datetime) -> FiscalDocument:
    """
    Render outside any lock, then note the file if nobody did so before.

    One that needs an authorisation gets its file when the code is there, and not before.
    """
    document = _with_all(document_id)
    if document.is_ready:
        return document
    if document.needs_authorisation and _code_of(document) is None:
        if ask_authority(document_id=document_id, at=at) is None:
            return document
        document = _with_all(document_id)
    content = render_document_pdf(facts_of_document(document))
    stored = keep_file(FileContent(content, "application/pdf"), at=at)
    return _note_file(document, stored, at=at)


@transaction.atomic
def _note_file(document: FiscalDocument, stored: StoredFile, *, at: dt.datetime) -> FiscalDocument:
    first = FiscalDocument.objects.filter(pk=document.pk, file__isnull=True).update(
        file=stored, rendered_at=at
    )
    if not first:
        return _with_all(document.pk)
    document.file, document.rendered_at = stored, at
    record(
        DocumentAction.RENDERED, event=document.event, subject=document, actor=None, at=at,
        data={"sha256": stored.sha256},
    )  # fmt: skip
    queue_email(
        "registration/email/document_ready",
        to_address=document.order.email,
        to_name=document.order.payer_name,
        language=document.language,
        event=document.event,
        about=document,
        context={
            "document": document,
            "papers_url": settings.SITE_URL
            + reverse("registration:order_documents", args=[document.order.token]),
        },
        at=at,
    )
    return document


@transaction.atomic
def render_forgotten_documents(*, at: dt.datetime) -> int:
    """Wake a worker for each paper whose wake-up was lost. Returns how many."""
    forgotten = list(
        FiscalDocument.objects.without_a_file()
        .filter(issued_at__lt=at - FORGOTTEN_AFTER)
        .order_by("issued_at")
        .values_list("pk", flat=True)[:MOST_AT_ONCE]
    )
    for document_id in forgotten:
        after_commit("registration.render_document", document_id=document_id)
    return len(forgotten)


def facts_of_document(document: FiscalDocument) -> DocumentFacts:
    """What the paper says, from nothing but what was frozen when it was issued."""
    language, issuer = document.language, document.issuer
    kind = DocumentKind(document.kind)
    code = _code_of(document)
    credited = document.document_credited

    def money(amount_minor: int) -> str:
        return Money(amount_minor, document.currency).written(language)

    with translation.override(language):
        title = str(kind.label)
    return DocumentFacts(
        language=language,
        title=title,
        number=document.written_number,
        is_receipt=kind == DocumentKind.RECEIPT,
        issued_on=_day(document.issued_at.astimezone(document.event.zone).date(), language),
        order_reference=written_reference(document.order.reference),
        event_name=issuer["event"],
        place=issuer["place"],
        issuer_name=issuer["name"],
        issuer_tax_number=_with_acronym(issuer["tax_kind"], issuer["tax_number"]),
        issuer_address=issuer["address"],
        contact_email=issuer["email"],
        recipient_name=document.recipient_name,
        recipient_tax_number=_with_acronym(
            document.recipient_tax_kind, document.recipient_tax_number
        ),
        recipient_address=document.recipient_address,
        lines=tuple(
            BillLine(
                line["description"],
                line["quantity"],
                money(line["unit_minor"]),
                money(line["amount_minor"]),
            )
            for line in document.lines
        ),
        total=money(document.total_minor),
        credited_number=credited.written_number if credited else "",
        authorisation_code=code[0] if code else "",
        authorisation_expires_on=_day(code[1], language) if code else "",
        warnings=tuple(notes_for(kind, issuer_tax_kind=issuer["tax_kind"], language=language)),
    )


def _code_of(document: FiscalDocument) -> tuple[str, dt.date] | None:
    authorisation = getattr(document, "authorisation", None)
    return (authorisation.code, authorisation.expires_on) if authorisation else None


def _with_acronym(kind: str, number: str) -> str:
    return " ".join(part for part in (acronym_of(kind) if number else "", number) if part)


def _day(day: dt.date, language: str) -> str:
    return format_date(day, "long", locale=to_locale(language))


def _with_all(document_id: int) -> FiscalDocument:
    return FiscalDocument.objects.select_related(
        "event", "order", "authorisation", "document_credited", "file"
    ).get(pk=document_id)
