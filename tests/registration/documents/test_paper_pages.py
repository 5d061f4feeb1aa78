"""The buyer's papers and the organiser's, over HTTP."""

import csv
import io

import pytest
from django.test import Client

from conference.models import Job
from registration.models import FiscalDocument, Issuer
from registration.operations.documenting import issue_credit_note, issue_invoice, issue_receipt
from registration.operations.rendering_documents import render_document
from registration.rules.documents import Recipient
from tests.conftest import NOON, signed_in
from tests.registration.documents.conftest import HOSPITAL, pay
from tests.registration.ordering.conftest import buy, somebody

pytestmark = pytest.mark.django_db
TYPED = {
    "name": HOSPITAL.name,
    "tax_kind": HOSPITAL.tax_kind,
    "tax_number": HOSPITAL.tax_number,
    "address": HOSPITAL.address,
}


@pytest.fixture
def desk(organiser) -> Client:
    return signed_in(organiser)


def test_a_buyer_asks_for_an_invoice_to_her_hospital(paid_order, issuer, client):
    page = f"/o/{paid_order.token}/documents/"
    assert b"<form" in client.get(page, headers={"accept-language": "en"}).content

    response = client.post(page, TYPED)

    assert (response.status_code, response["Location"]) == (302, page)
    document = FiscalDocument.objects.get()
    assert (document.kind, document.recipient_name) == ("invoice", HOSPITAL.name)
    again = client.get(page)
    assert document.written_number in again.content.decode()
    assert "no-store" in again["Cache-Control"]
    assert "<textarea" not in again.content.decode()  # everything is invoiced


def test_a_wrong_tax_number_keeps_what_was_typed(paid_order, issuer, client):
    response = client.post(
        f"/o/{paid_order.token}/documents/",
        {**TYPED, "tax_number": "16.727.230/0001-98"},
        headers={"accept-language": "en"},
    )

    assert response.status_code == 422
    text = response.content.decode()
    assert "The CNPJ is not valid" in text
    assert "16.727.230/0001-98" in text
    assert "Faculdade de Medicina" in text
    assert FiscalDocument.objects.count() == 0


def test_an_order_that_waits_for_its_money_gets_a_proforma(order, issuer, client, monkeypatch):
    from registration.web import documents

    class Clock:
        now = staticmethod(lambda: NOON)

    monkeypatch.setattr(documents, "timezone", Clock)
    client.post(f"/o/{order.token}/documents/", TYPED)

    assert FiscalDocument.objects.get().kind == "proforma"


def test_only_the_papers_of_the_order_in_the_address_are_handed_out(
    paid_order, issuer, client, physician_ticket
):
    document = issue_invoice(order_id=paid_order.pk, recipient=HOSPITAL, actor=None, at=NOON)
    other = buy(physician_ticket, attendee=somebody(2))
    mine = f"/o/{paid_order.token}/documents/{document.pk}.pdf"

    assert client.get(mine).status_code == 302  # not made yet
    render_document(document.pk, at=NOON)
    response = client.get(mine)

    assert response.content[:5] == b"%PDF-"
    assert response["Content-Disposition"] == (
        f'attachment; filename="invoice-{document.written_number}.pdf"'
    )
    assert client.get(f"/o/{other.token}/documents/{document.pk}.pdf").status_code == 404
    assert client.get(f"/o/{'0' * 26}/documents/{document.pk}.pdf").status_code == 404


def test_a_file_that_was_changed_on_the_disk_is_never_handed_out(
    paid_order, issuer, client, settings
):
    from pathlib import Path

    from conference.kernel.content_store import path_of

    document = issue_invoice(order_id=paid_order.pk, recipient=HOSPITAL, actor=None, at=NOON)
    sha256 = render_document(document.pk, at=NOON).file.sha256
    path_of(Path(settings.MEDIA_ROOT), sha256).write_bytes(b"%PDF-forged")

    assert client.get(f"/o/{paid_order.token}/documents/{document.pk}.pdf").status_code == 503


def test_the_organiser_lists_filters_and_credits(paid_order, issuer, desk, event):
    issue_receipt(payment_id=paid_order.payments.get().pk, at=NOON)
    document = issue_invoice(order_id=paid_order.pk, recipient=HOSPITAL, actor=None, at=NOON)
    base = f"/desk/{event.slug}/documents/"

    listed = desk.get(base + "?kind=invoice&q=clínicas").content.decode()
    assert document.written_number in listed
    assert "R" + str(event.pk) + "-000001" not in listed

    response = desk.post(
        f"{base}{document.pk}/credit/", {"credit-amount": "30.00", "credit-reason": "Cancelled"}
    )
    note = FiscalDocument.objects.get(kind="credit_note")
    assert response["Location"] == f"{base}{note.pk}/"
    assert note.total_minor == 3000

    refused = desk.post(
        f"{base}{document.pk}/credit/", {"credit-amount": "200.01", "credit-reason": "Cancelled"}
    )
    assert refused.status_code == 422
    assert FiscalDocument.objects.filter(kind="credit_note").count() == 1
    assert desk.get(f"{base}{note.pk}/").status_code == 200


def test_the_organiser_issues_for_an_order_of_her_event_only(
    order, issuer, desk, event, other_event
):
    page = f"/desk/{event.slug}/orders/{order.pk}/document/"
    assert desk.get(page).status_code == 200

    desk.post(page, {**TYPED, "kind": "proforma"})
    desk.post(page, {"name": "Ana", "kind": "invoice"})

    assert list(FiscalDocument.objects.order_by("pk").values_list("kind", "recipient_name")) == [
        ("proforma", HOSPITAL.name),
        ("invoice", "Ana"),
    ]
    assert desk.get(f"/desk/{other_event.slug}/orders/{order.pk}/document/").status_code == 404


def test_the_missing_receipts_are_written_as_one_job(
    order, desk, event, django_capture_on_commit_callbacks
):
    pay(order, 10000, "T-1")
    pay(order, 13000, "T-2")

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"/desk/{event.slug}/documents/receipts/")

    assert Job.objects.get().state == "done"
    assert sorted(FiscalDocument.objects.values_list("number", "total_minor")) == [
        (1, 10000),
        (2, 13000),
    ]
    assert all(one.is_ready for one in FiscalDocument.objects.all())


def test_the_journal_is_for_spreadsheets_and_runs_nothing_in_them(paid_order, issuer, desk, event):
    document = issue_invoice(
        order_id=paid_order.pk,
        recipient=Recipient('=HYPERLINK("http://evil")'),
        actor=None,
        at=NOON,
    )
    issue_credit_note(document_id=document.pk, amount_minor=3000, reason="x", actor=None, at=NOON)

    content = desk.get(f"/desk/{event.slug}/documents/journal.csv").content.decode("utf-8-sig")
    _head, first, second = csv.reader(io.StringIO(content))

    assert first[0] == document.written_number
    assert first[2:5] == ["2027-04-14", first[3], '\'=HYPERLINK("http://evil")']
    assert (first[7], second[7], second[9]) == ("230.00", "-30.00", document.written_number)


def test_the_issuer_is_described_with_a_checked_number(desk, event):
    page = f"/desk/{event.slug}/documents/issuer/"
    typed = {
        "legal_name": "Sociedad", "tax_kind": "cuit", "tax_number": "30500010913",
        "address": "Santa Fe 1", "authority": "manual", "passport_days": "30",
    }  # fmt: skip

    refused = desk.post(page, typed)
    assert refused.status_code == 422
    assert not Issuer.objects.exists()

    desk.post(page, {**typed, "tax_number": "30500010912"})
    issuer = Issuer.objects.get()
    assert (issuer.tax_number, issuer.authority) == ("30-50001091-2", "manual")
    assert desk.post(page, {**typed, "passport_days": "400"}).status_code == 422


@pytest.mark.parametrize("amount", ["", "-1", "1e5", "1_000", "NaN", "0.001", "9" * 40])
def test_nonsense_amounts_are_refused(paid_order, issuer, desk, event, amount):
    document = issue_invoice(order_id=paid_order.pk, recipient=HOSPITAL, actor=None, at=NOON)

    response = desk.post(
        f"/desk/{event.slug}/documents/{document.pk}/credit/",
        {"credit-amount": amount, "credit-reason": "x"},
    )

    assert response.status_code == 422
    assert FiscalDocument.objects.count() == 1


@pytest.mark.usefixtures("issuer")
@pytest.mark.parametrize("people", [1, 3])
def test_the_list_asks_the_database_the_same_however_long_it_is(
    physician_ticket, desk, event, people, django_assert_num_queries
):
    for number in range(people):
        order = buy(physician_ticket, attendee=somebody(number))
        issue_receipt(payment_id=pay(order, 18000, f"T-{number}").pk, at=NOON)
    desk.get(f"/desk/{event.slug}/documents/")

    with django_assert_num_queries(10):
        desk.get(f"/desk/{event.slug}/documents/")
