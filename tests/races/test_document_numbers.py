"""
Many papers at once: every number once, none missing, also when some of them fail half-way.

The control takes the next number by reading and writing, without the counter's lock and trigger.
"""

import threading

import pytest
from django.db import connection, transaction

from registration.models import DocumentSeries, FiscalDocument
from registration.operations.describing_issuer import describe_issuer
from registration.operations.documenting import issue_credit_note, issue_invoice, issue_receipt
from registration.rules.documents import CreditTooHigh, Recipient
from tests.conftest import NOON
from tests.races.test_last_place import all_at_once
from tests.registration.documents.conftest import ISSUER, pay
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PAPERS = 16
TABLE = DocumentSeries._meta.db_table


@pytest.fixture
def policy(event):
    from registration.models import RegistrationPolicy

    return RegistrationPolicy.objects.create(
        event=event, opens_at=event.published_at, closes_at=NOON.replace(year=2028),
        terms="Be kind.", terms_version="1",
    )  # fmt: skip


class PowerCut(Exception):
    pass


def test_many_receipts_at_once_have_every_number_once_though_some_fail(event, policy):
    ticket_type = make_ticket_type(event, places=100)
    payments = [pay(buy(ticket_type, attendee=somebody(n)), 18000, f"T-{n}") for n in range(PAPERS)]

    def write(number):
        try:
            with transaction.atomic():
                document = issue_receipt(payment_id=payments[number].pk, at=NOON)
                if number % 4 == 0:
                    raise PowerCut
        except PowerCut:
            return None
        return document.number

    taken = all_at_once(PAPERS, write)

    written = PAPERS * 3 // 4
    assert sorted(number for number in taken if number) == list(range(1, written + 1))
    assert DocumentSeries.objects.get().last_number == written
    assert FiscalDocument.objects.count() == written


def test_two_clicks_on_one_payment_are_one_receipt(event, policy):
    payment = pay(buy(make_ticket_type(event)), 18000)

    documents = all_at_once(8, lambda _n: issue_receipt(payment_id=payment.pk, at=NOON).pk)

    assert len(set(documents)) == 1
    assert DocumentSeries.objects.get().last_number == 1


def test_credit_notes_at_once_never_exceed_their_document(event, policy):
    describe_issuer(event=event, details=ISSUER, actor=None, at=NOON)
    order = buy(make_ticket_type(event))
    pay(order, 18000)
    document = issue_invoice(order_id=order.pk, recipient=Recipient("Ana"), actor=None, at=NOON)

    def credit(_number):
        try:
            issue_credit_note(
                document_id=document.pk, amount_minor=6000, reason="x", actor=None, at=NOON
            )
        except CreditTooHigh:
            return "refused"
        return "credited"

    outcomes = all_at_once(8, credit)

    assert sorted(outcomes) == ["credited"] * 3 + ["refused"] * 5
    assert sum(note.total_minor for note in document.credit_notes.all()) == 18000


def test_without_the_lock_the_same_race_gives_one_number_to_many(event):
    series = DocumentSeries.objects.create(event=event, kind="receipt", prefix="R")
    everybody_has_looked = threading.Barrier(PAPERS)

    def read_then_write(_number):
        number = DocumentSeries.objects.get(pk=series.pk).last_number + 1
        everybody_has_looked.wait(timeout=30)
        DocumentSeries.objects.filter(pk=series.pk).update(last_number=number)
        return number

    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
    try:
        taken = all_at_once(PAPERS, read_then_write)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")

    assert taken == [1] * PAPERS
