import datetime as dt
import io

import pikepdf
import pypdfium2
import pytest

from conference.kernel.errors import InputRefused
from conference.models import EmailMessage, HistoryEntry, StoredFile
from registration.exports.document_pdf import render_document_pdf
from registration.models import FiscalAuthorisation, FiscalDocument
from registration.operations.authorising import enter_authorisation
from registration.operations.describing_issuer import describe_issuer
from registration.operations.documenting import issue_credit_note, issue_invoice, issue_receipt
from registration.operations.rendering_documents import (
    facts_of_document,
    render_document,
    render_forgotten_documents,
)
from registration.queries.documents import file_of_document
from registration.rules.documents import AuthorisedAlready, CodeRefused, Recipient
from tests.conftest import NOON
from tests.registration.documents.conftest import HOSPITAL, ISSUER

pytestmark = pytest.mark.django_db
CAE = "75123456789012"
OUR_FONTS = ("Source-Serif-4", "Source-Sans-3", "SourceSerif4", "SourceSans3", "SS", "SR")


def invoice(order, recipient=HOSPITAL) -> FiscalDocument:
    return issue_invoice(order_id=order.pk, recipient=recipient, actor=None, at=NOON)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split())


@pytest.fixture
def authority(issuer, event):
    import dataclasses

    details = dataclasses.replace(ISSUER, authority="manual")
    return describe_issuer(event=event, details=details, actor=None, at=NOON)


def test_the_file_is_made_once_stored_by_its_hash_and_its_buyer_told(paid_order, issuer):
    document = invoice(paid_order)

    first = render_document(document.pk, at=NOON)
    again = render_document(document.pk, at=NOON + dt.timedelta(hours=1))

    assert first.file == again.file == StoredFile.objects.get()
    assert again.rendered_at == NOON
    text = text_of(file_of_document(again))
    for expected in (
        "Sociedad Interamericana de Emergencias, Asociación Civil",
        "CUIT 30-50001091-2",
        "Hospital das Clínicas da Faculdade de Medicina",
        "CNPJ 16.727.230/0001-97",
        "Ultrasound: Ana María Ñandú Güemes-Ibáñez",
        document.written_number,
        "USD 230,00",
        "14 de abril de 2027",
    ):
        assert expected in text
    (email,) = EmailMessage.objects.filter(kind="registration/email/document_ready")
    assert (email.to_address, email.language) == ("ana@example.org", "es")
    assert f"/o/{paid_order.token}/documents/" in email.text_body
    assert HistoryEntry.objects.filter(action="document.rendered").count() == 1


def test_a_receipt_of_an_argentine_issuer_says_that_it_is_no_invoice(paid_order, issuer):
    receipt = issue_receipt(payment_id=paid_order.payments.get().pk, at=NOON)

    facts = facts_of_document(receipt)

    assert facts.warnings == ("Documento no válido como factura.",)
    assert facts.is_receipt
    assert facts_of_document(invoice(paid_order)).warnings == ()


def test_a_reader_of_english_reads_the_law_in_both_languages(paid_order, issuer):
    paid_order.language = "en"
    paid_order.save(update_fields=("language",))
    receipt = issue_receipt(payment_id=paid_order.payments.get().pk, at=NOON)

    facts = facts_of_document(receipt)

    assert facts.warnings == (
        "Documento no válido como factura.",
        "This document is not valid as an invoice.",
    )
    assert facts.total == "USD 230.00"
    assert facts.issued_on == "April 14, 2027"


def test_the_same_facts_make_a_tagged_pdf_with_our_fonts_alone(paid_order, issuer):
    document = invoice(paid_order, Recipient("Łódź Őrség Hospital Ñ ç ã Ž"))
    pdf = render_document_pdf(facts_of_document(document))

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "es"
        assert bool(opened.Root.MarkInfo.Marked)
        fonts = {
            str(font["/BaseFont"]).partition("+")[2] or str(font["/BaseFont"])
            for page in opened.pages
            for font in page.obj["/Resources"]["/Font"].values()
        }
    assert fonts
    assert all(name.lstrip("/").startswith(OUR_FONTS) for name in fonts), fonts
    assert "Łódź Őrség Hospital Ñ ç ã Ž" in text_of(pdf)


HOSTILE = (
    '<img src="http://127.0.0.1:9/x">',
    '<link rel="attachment" href="file:///etc/passwd">',
    "{{ 7|add:7 }} {% load static %} ${7*7}",
    "=HYPERLINK(1) \u202e evil",
    "W" * 200,
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_printed_as_it_is_and_fetches_nothing(paid_order, issuer, name):
    document = invoice(paid_order, Recipient(name))

    pdf = render_document_pdf(facts_of_document(document))

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.attachments) == 0
        assert len(opened.pages) == 1
    printed = text_of(pdf).replace(" ", "").replace("\ufffe", "").replace("-", "")
    assert document.recipient_name.replace(" ", "").replace("-", "")[:60] in printed


def test_an_invoice_waits_for_the_code_of_the_tax_office(paid_order, authority, organiser):
    document = invoice(paid_order)

    assert not render_document(document.pk, at=NOON).is_ready
    assert render_forgotten_documents(at=NOON + dt.timedelta(hours=1)) == 0

    kept = enter_authorisation(
        document_id=document.pk, code="7512 3456 789012", expires_on=dt.date(2027, 4, 24),
        actor=organiser, at=NOON,
    )  # fmt: skip
    assert (kept.code, kept.entered_by, kept.entered_at) == (CAE, organiser, NOON)
    assert render_forgotten_documents(at=NOON + dt.timedelta(hours=1)) == 1
    ready = render_document(document.pk, at=NOON)
    assert CAE in text_of(file_of_document(ready))


def test_a_receipt_waits_for_nobody_and_a_credit_note_for_its_own_code(paid_order, authority):
    receipt = issue_receipt(payment_id=paid_order.payments.get().pk, at=NOON)
    note = issue_credit_note(
        document_id=invoice(paid_order).pk, amount_minor=1, reason="x", actor=None, at=NOON
    )

    assert render_document(receipt.pk, at=NOON).is_ready
    assert not render_document(note.pk, at=NOON).is_ready


@pytest.mark.parametrize(
    ("code", "expires_on", "field"),
    [
        ("", dt.date(2027, 4, 24), "code"),
        ("12345", dt.date(2027, 4, 24), "code"),
        ("'; DROP TABLE", dt.date(2027, 4, 24), "code"),
        ("٧" * 14, dt.date(2027, 4, 24), "code"),
        (CAE, dt.date(2020, 1, 1), "expires_on"),
        (CAE, dt.date(9999, 12, 31), "expires_on"),
    ],
)
def test_what_cannot_be_a_code_is_refused(paid_order, authority, code, expires_on, field):
    document = invoice(paid_order)

    with pytest.raises(InputRefused) as refused:
        enter_authorisation(
            document_id=document.pk, code=code, expires_on=expires_on, actor=None, at=NOON
        )
    assert refused.value.field == field
    assert not FiscalAuthorisation.objects.exists()


def test_a_code_authorises_one_document_once(paid_order, authority):
    document = invoice(paid_order)
    note = issue_credit_note(
        document_id=document.pk, amount_minor=1, reason="x", actor=None, at=NOON
    )

    def enter(one):
        return enter_authorisation(
            document_id=one.pk, code=CAE, expires_on=dt.date(2027, 4, 24), actor=None, at=NOON
        )

    enter(document)
    with pytest.raises(AuthorisedAlready):
        enter(document)
    with pytest.raises(CodeRefused):
        enter(note)
    assert FiscalAuthorisation.objects.count() == 1
