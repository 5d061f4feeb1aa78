"""Receipts and credit notes that nobody asks for: once, with a letter, and switched per event."""

import dataclasses
import datetime as dt

import pytest

from conference.models import EmailMessage
from registration.models import FiscalDocument, Issuer
from registration.operations.describing_issuer import describe_issuer
from registration.operations.documenting import issue_credit_note, issue_receipt
from registration.operations.refunding import record_refund_sent, request_refund
from registration.operations.writing_papers import (
    write_credit_note,
    write_forgotten_papers,
    write_receipt,
)
from tests.conftest import NOON, signed_in
from tests.registration.documents.conftest import ISSUER, pay

pytestmark = pytest.mark.django_db
BY_THEMSELVES = dataclasses.replace(ISSUER, papers_by_themselves=True)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def writing_issuer(event) -> Issuer:
    return describe_issuer(event=event, details=BY_THEMSELVES, actor=None, at=NOON)


def papers() -> list[tuple[str, int]]:
    return list(FiscalDocument.objects.order_by("pk").values_list("kind", "total_minor"))


def send_back(order, amount_minor):
    refund = request_refund(
        order_id=order.pk, amount_minor=amount_minor, reason="Ill", actor=None, at=NOON
    )
    record_refund_sent(refund_id=refund.pk, external_id=f"BACK-{refund.pk}", actor=None, at=NOON)
    return refund


def test_money_that_comes_and_goes_has_its_papers_and_letters_without_anybody_asking(
    order, writing_issuer, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        pay(order)
    with django_capture_on_commit_callbacks(execute=True):
        send_back(order, 5000)

    assert papers() == [("receipt", 23000), ("credit_note", 5000)]
    receipt, note = FiscalDocument.objects.order_by("pk")
    assert note.document_credited == receipt
    assert receipt.is_ready
    assert note.is_ready
    letters = EmailMessage.objects.filter(kind="registration/email/document_ready").order_by("pk")
    assert [letter.to_address for letter in letters] == [order.email] * 2
    assert all(f"/o/{order.token}/documents/" in letter.text_body for letter in letters)


def test_woken_twice_a_worker_writes_once(order, writing_issuer):
    payment = pay(order)
    refund = send_back(order, 5000)

    first = write_receipt(payment_id=payment.pk, at=NOON)
    assert first == FiscalDocument.objects.get()
    assert write_receipt(payment_id=payment.pk, at=NOON) is None
    assert write_credit_note(refund_id=refund.pk, at=NOON) is not None
    assert write_credit_note(refund_id=refund.pk, at=NOON) is None

    assert papers() == [("receipt", 23000), ("credit_note", 5000)]


def test_the_sweeper_finds_what_was_forgotten_and_nothing_twice(
    order, writing_issuer, django_capture_on_commit_callbacks
):
    pay(order)
    send_back(order, 5000)
    assert write_forgotten_papers(at=NOON + MINUTE) == 0  # its worker may be about to write it
    assert papers() == []

    late = NOON + 5 * MINUTE
    with django_capture_on_commit_callbacks(execute=True):
        assert write_forgotten_papers(at=late) == 1  # nothing to credit before the receipt is there
    with django_capture_on_commit_callbacks(execute=True):
        assert write_forgotten_papers(at=late) == 1
    assert write_forgotten_papers(at=late) == 0

    assert papers() == [("receipt", 23000), ("credit_note", 5000)]


@pytest.mark.parametrize("switched", ["no issuer", "off"])
def test_where_nobody_switched_it_on_nothing_is_written_and_the_desk_says_why(
    order, event, organiser, switched, django_capture_on_commit_callbacks
):
    if switched == "off":
        describe_issuer(event=event, details=ISSUER, actor=None, at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        pay(order)
    assert write_forgotten_papers(at=NOON + 5 * MINUTE) == 0

    assert papers() == []
    page = signed_in(organiser).get(
        f"/desk/{event.slug}/documents/", headers={"accept-language": "en"}
    )
    text = page.content.decode()
    assert "Write 1 missing receipt" in text
    assert ("Until then no receipt and no credit note is written by itself." in text) == (
        switched == "no issuer"
    )
    assert ("Receipts and credit notes are not written by themselves" in text) == (
        switched == "off"
    )


def test_switching_it_on_writes_for_money_from_then_on_and_off_stops_it(order, event):
    earlier = pay(order, 10000, "T-1")
    later = NOON + 10 * MINUTE
    describe_issuer(event=event, details=BY_THEMSELVES, actor=None, at=later)
    describe_issuer(event=event, details=BY_THEMSELVES, actor=None, at=later + MINUTE)
    assert Issuer.objects.get().papers_since == later

    assert write_receipt(payment_id=earlier.pk, at=later) is None
    describe_issuer(event=event, details=ISSUER, actor=None, at=later + 2 * MINUTE)

    assert Issuer.objects.get().papers_since is None
    assert papers() == []


def test_what_an_organiser_credited_by_hand_is_not_credited_again(order, writing_issuer):
    payment = pay(order)
    receipt = issue_receipt(payment_id=payment.pk, at=NOON)
    issue_credit_note(
        document_id=receipt.pk, amount_minor=23000, reason="Wrong", actor=None, at=NOON
    )
    refund = send_back(order, 5000)

    assert write_credit_note(refund_id=refund.pk, at=NOON) is None
    assert write_forgotten_papers(at=NOON + 5 * MINUTE) == 0
    assert papers() == [("receipt", 23000), ("credit_note", 23000)]


def test_the_form_shows_the_switch_as_it_is_and_proposes_it_to_a_new_issuer(event, organiser):
    page, desk = f"/desk/{event.slug}/documents/issuer/", signed_in(organiser)
    typed = {
        "legal_name": "Sociedad", "tax_kind": "cuit", "tax_number": "30500010912",
        "address": "Santa Fe 1", "authority": "none", "passport_days": "30",
    }  # fmt: skip

    assert desk.get(page).context["form"]["papers_by_themselves"].value() is True
    desk.post(page, typed)
    assert Issuer.objects.get().papers_since is None
    assert desk.get(page).context["form"]["papers_by_themselves"].value() is False
    desk.post(page, {**typed, "papers_by_themselves": "on"})
    assert Issuer.objects.get().papers_since is not None
