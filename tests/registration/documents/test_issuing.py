"""Numbers without a gap, and no more money on paper than there was."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from conference.kernel.errors import InputRefused
from conference.models import HistoryEntry
from registration.models import DocumentSeries, FiscalDocument
from registration.operations.cancelling import cancel_order
from registration.operations.documenting import (
    credit_refund,
    issue_credit_note,
    issue_invoice,
    issue_proforma,
    issue_receipt,
)
from registration.operations.refunding import record_refund_sent, request_refund
from registration.queries.documents import refunds_without_credit_note
from registration.rules.documents import (
    CreditTooHigh,
    IssuerMissing,
    NotCreditable,
    NothingToInvoice,
    Recipient,
    TooManyProformas,
)
from registration.rules.tax_numbers import TaxNumberRefused
from tests.conftest import NOON, make_event
from tests.registration.documents.conftest import HOSPITAL, pay
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody

pytestmark = pytest.mark.django_db


def invoice(order, recipient=HOSPITAL, **options) -> FiscalDocument:
    return issue_invoice(order_id=order.pk, recipient=recipient, actor=None, at=NOON, **options)


def credit(document, amount_minor, reason="Cancelled"):
    return issue_credit_note(
        document_id=document.pk, amount_minor=amount_minor, reason=reason, actor=None, at=NOON
    )


def numbers_hold() -> None:
    """What a commit would check."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_payment_has_one_receipt_however_often_it_is_asked_for(order, event):
    payment = pay(order, 10000)

    first = issue_receipt(payment_id=payment.pk, at=NOON)
    again = issue_receipt(payment_id=payment.pk, at=NOON + dt.timedelta(hours=1))

    assert again == first == FiscalDocument.objects.get()
    assert (first.written_number, first.total_minor) == (f"R{event.pk}-000001", 10000)
    assert first.recipient_name == "Ana María Ñandú Güemes-Ibáñez"
    assert first.issuer["name"] == event.organiser_name
    assert not first.needs_authorisation
    assert list(
        HistoryEntry.objects.filter(subject_type="registration.fiscaldocument").values_list(
            "action", flat=True
        )
    ) == ["document.issued"]
    numbers_hold()


def test_numbers_follow_each_other_in_a_series_of_event_and_kind(order, issuer, event):
    receipts = [issue_receipt(payment_id=pay(order, 10000, f"T-{n}").pk, at=NOON) for n in range(3)]
    announced = issue_proforma(order_id=order.pk, recipient=HOSPITAL, actor=None, at=NOON)
    other = make_ticket_type(make_event("curso"), price_minor=500)

    assert [one.number for one in receipts] == [1, 2, 3]
    assert announced.written_number == f"P{event.pk}-000001"
    assert other.event_id != event.pk
    numbers_hold()


def test_an_invoice_says_what_was_bought_in_the_buyers_language(paid_order, issuer):
    document = invoice(paid_order)

    assert [(line["description"], line["amount_minor"]) for line in document.lines] == [
        ("Physician: Ana María Ñandú Güemes-Ibáñez", 18000),
        ("Ultrasound: Ana María Ñandú Güemes-Ibáñez", 5000),
    ]
    assert document.total_minor == 23000
    assert document.language == "es"
    assert document.recipient_tax_number == "16.727.230/0001-97"
    assert document.issuer["tax_number"] == "30-50001091-2"


def test_what_is_invoiced_is_not_invoiced_again_until_it_is_credited(paid_order, issuer):
    first = invoice(paid_order)
    with pytest.raises(NothingToInvoice):
        invoice(paid_order)
    credit(first, 23000)
    second = invoice(paid_order, Recipient("María Ñandú"))

    assert (first.number, second.number) == (1, 2)
    assert second.recipient_tax_number == ""


def test_after_a_partial_credit_the_difference_is_one_line(paid_order, issuer):
    credit(invoice(paid_order), 3000)

    second = invoice(paid_order)

    assert [line["amount_minor"] for line in second.lines] == [3000]
    assert paid_order.reference[:4] in second.lines[0]["description"]


def test_the_buyer_gets_her_invoice_when_the_order_is_paid(order, issuer):
    with pytest.raises(NothingToInvoice, match="proforma"):
        invoice(order, by_buyer=True)
    assert FiscalDocument.objects.count() == 0

    assert invoice(order).kind == "invoice"  # the organiser may: some pay against an invoice


def test_nothing_is_invoiced_for_a_cancelled_order(order, issuer):
    cancel_order(order_id=order.pk, actor=None, at=NOON)

    with pytest.raises(NothingToInvoice):
        invoice(order)
    with pytest.raises(NothingToInvoice):
        issue_proforma(order_id=order.pk, recipient=HOSPITAL, actor=None, at=NOON)


def test_an_event_without_an_issuer_writes_receipts_but_no_invoice(paid_order):
    with pytest.raises(IssuerMissing):
        invoice(paid_order)

    issue_receipt(payment_id=paid_order.payments.get().pk, at=NOON)
    assert FiscalDocument.objects.get().kind == "receipt"


def test_a_wrong_tax_number_issues_nothing_and_takes_no_number(paid_order, issuer):
    wrong = Recipient("Hospital", "cnpj", "16.727.230/0001-98")

    with pytest.raises(TaxNumberRefused, match="The CNPJ is not valid"):
        invoice(paid_order, wrong)

    assert not DocumentSeries.objects.filter(kind="invoice").exists()


def test_an_order_has_few_proformas(order, issuer):
    for _time in range(5):
        issue_proforma(order_id=order.pk, recipient=HOSPITAL, actor=None, at=NOON)

    with pytest.raises(TooManyProformas):
        issue_proforma(order_id=order.pk, recipient=HOSPITAL, actor=None, at=NOON)
    assert FiscalDocument.objects.count() == 5


@pytest.mark.parametrize("amount_minor", [23001, 0, -5, 10**12])
def test_a_credit_note_never_exceeds_its_document(paid_order, issuer, amount_minor):
    document = invoice(paid_order)

    with pytest.raises(CreditTooHigh):
        credit(document, amount_minor)
    assert FiscalDocument.objects.count() == 1


def test_several_credit_notes_never_exceed_it_together(paid_order, issuer):
    document = invoice(paid_order)
    first, second = credit(document, 20000), credit(document, 3000, "Discount")

    with pytest.raises(CreditTooHigh):
        credit(document, 1)
    assert [first.number, second.number] == [1, 2]
    assert second.reason == "Discount"
    assert document.written_number in second.lines[0]["description"]


def test_a_proforma_and_a_credit_note_are_not_credited(paid_order, issuer):
    note = credit(invoice(paid_order), 100)
    announced = issue_proforma(order_id=paid_order.pk, recipient=HOSPITAL, actor=None, at=NOON)

    for document in (note, announced):
        with pytest.raises(NotCreditable):
            credit(document, 1)


def test_a_credit_note_needs_a_reason(paid_order, issuer):
    document = invoice(paid_order)

    with pytest.raises(InputRefused) as refused:
        credit(document, 100, reason=" \u200b ")
    assert refused.value.field == "reason"


def test_lines_are_balanced_where_the_ledger_says_another_total(physician_ticket, issuer):
    from registration.models import LedgerEntry

    order = buy(physician_ticket)
    LedgerEntry.objects.create(
        order=order, kind="waiver", amount_minor=-3000, currency="USD", entered_at=NOON
    )

    document = invoice(order)

    assert [line["amount_minor"] for line in document.lines] == [18000, -3000]
    assert document.total_minor == 15000


def send_back(order, amount_minor):
    refund = request_refund(
        order_id=order.pk, amount_minor=amount_minor, reason="Ill", actor=None, at=NOON
    )
    record_refund_sent(refund_id=refund.pk, external_id=f"BACK-{refund.pk}", actor=None, at=NOON)
    return refund


def test_a_refund_takes_back_a_part_of_the_invoice_once(paid_order, issuer):
    document = invoice(paid_order)
    refund = send_back(paid_order, 5000)

    note = credit_refund(refund_id=refund.pk, actor=None, at=NOON)
    again = credit_refund(refund_id=refund.pk, actor=None, at=NOON)

    assert again == note
    assert (note.document_credited, note.total_minor, note.reason) == (document, 5000, "Ill")
    assert note.refund == refund


def test_without_an_invoice_a_refund_takes_back_the_receipt_or_nothing(paid_order, event):
    refund = send_back(paid_order, 5000)
    assert credit_refund(refund_id=refund.pk, actor=None, at=NOON) is None
    assert list(refunds_without_credit_note(event)) == []

    receipt = issue_receipt(payment_id=paid_order.payments.get().pk, at=NOON)
    assert list(refunds_without_credit_note(event)) == [refund]
    note = credit_refund(refund_id=refund.pk, actor=None, at=NOON)

    assert note.document_credited == receipt
    assert list(refunds_without_credit_note(event)) == []


def test_money_on_its_way_back_has_no_credit_note_yet(paid_order, issuer):
    invoice(paid_order)
    refund = request_refund(
        order_id=paid_order.pk, amount_minor=100, reason="x", actor=None, at=NOON
    )

    assert credit_refund(refund_id=refund.pk, actor=None, at=NOON) is None


# --- What the database refuses -------------------------------------------------------------------


def test_a_document_is_never_edited_or_deleted(paid_order, issuer):
    document = invoice(paid_order)

    for change in (
        lambda: FiscalDocument.objects.filter(pk=document.pk).update(total_minor=1),
        lambda: FiscalDocument.objects.filter(pk=document.pk).update(recipient_name="Me"),
        lambda: FiscalDocument.objects.filter(pk=document.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    document.refresh_from_db()
    assert (document.total_minor, document.recipient_name) == (23000, HOSPITAL.name)


def test_a_series_only_goes_up_by_one(paid_order, issuer):
    series = invoice(paid_order).series

    for wrong in (0, 3):
        with pytest.raises(DatabaseError, match="goes up by one"), transaction.atomic():
            DocumentSeries.objects.filter(pk=series.pk).update(last_number=wrong)


def give_away_a_number(series) -> None:
    DocumentSeries.objects.filter(pk=series.pk).update(last_number=F("last_number") + 1)


def test_a_number_that_no_document_carries_cannot_be_committed(paid_order, issuer):
    series = invoice(paid_order).series

    def lose_one() -> None:
        give_away_a_number(series)
        numbers_hold()

    with pytest.raises(IntegrityError, match="was given to no document"), transaction.atomic():
        lose_one()


HALF_FILLED = {
    "document_number_once": {},
    "document_exactly_a_receipt_names_its_payment": {"kind": "receipt"},
    "document_exactly_a_credit_note_names_what_and_why": {"reason": "x"},
    "document_is_made_out_to_somebody": {"recipient_name": ""},
    "document_tax_number_has_its_kind": {"recipient_tax_kind": ""},
    "document_number_and_total_are_positive": {"total_minor": 0},
    "document_currency_of_3_letters": {"currency": "us"},
    "document_authorised_is_an_invoice_or_its_credit": {
        "needs_authorisation": True,
        "kind": "proforma",
    },
    "document_file_has_its_time": {"rendered_at": NOON},
}


@pytest.mark.parametrize(("constraint", "changes"), HALF_FILLED.items())
def test_a_half_filled_document_is_refused(paid_order, issuer, constraint, changes):
    document = invoice(paid_order)
    document.pk = None
    document.written_number = "X"
    for name, value in changes.items():
        setattr(document, name, value)

    def write() -> None:
        if "kind" in changes:
            document.series = DocumentSeries.objects.create(
                event=document.event, kind=changes["kind"], prefix="X"
            )
        if changes:
            give_away_a_number(document.series)
            document.number = 1 if "kind" in changes else 2
        document.save(force_insert=True)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


def test_a_document_takes_the_number_its_series_has_come_to(paid_order, issuer):
    document = invoice(paid_order)
    document.pk, document.written_number, document.number = None, "X", 7

    with pytest.raises(IntegrityError, match="next number"), transaction.atomic():
        document.save(force_insert=True)


def test_a_credit_note_belongs_to_the_order_of_its_document(paid_order, issuer, physician_ticket):
    document = invoice(paid_order)
    note = credit(document, 100)
    other = buy(physician_ticket, attendee=somebody(2))
    note.pk, note.number, note.written_number, note.order = None, 2, "X", other

    def write() -> None:
        give_away_a_number(note.series)
        note.save(force_insert=True)

    with pytest.raises(IntegrityError, match="never exceeds"), transaction.atomic():
        write()
