"""The audit finds what must never be true of money, each planted past the database's own guards."""

import pytest
from django.db import connection, transaction

from certificates.management.invariants import INVARIANTS
from registration.models import Refund
from registration.operations.asking import ask_about
from registration.operations.importing_statements import import_statement, record_lines
from registration.operations.refunding import request_refund
from tests.payment_simulator import begin, connect
from tests.registration.money.conftest import pay
from tests.registration.money.test_messages_of_providers import policy_is_open
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody

pytestmark = pytest.mark.django_db

PLANTED = {
    "What of a payment was refunded are its refunds": (
        "UPDATE registration_payment SET refunded_minor = 1 WHERE method = 'card'"
    ),
    "A refund stands in the ledger exactly if its money left": (
        "UPDATE registration_refund SET state = 'done', ended_at = now(), external_id = 'x'"
    ),
    "A paid attempt has its payment": (
        "UPDATE registration_paymentattempt SET state = 'approved' WHERE state = 'created'"
    ),
    "A payment at a provider came by an attempt that is paid": (
        "UPDATE registration_paymentattempt SET state = 'pending', next_fetch_at = now()"
        " WHERE state = 'approved'"
    ),
    "A paid order without a place keeps its money": (
        "UPDATE registration_order SET state = 'paid_without_seat'"
        " WHERE state = 'pending' AND NOT EXISTS"
        " (SELECT FROM registration_payment p WHERE p.order_id = registration_order.id)"
    ),
    "No message of a provider was left unread": (
        "UPDATE registration_webhookmessage SET processed_at = NULL, received_at ="
        " now() - interval '11 minutes' WHERE id = (SELECT min(id) FROM registration_webhookmessage)"
    ),
    "No message of a provider keeps its words long after it was read": (
        "UPDATE registration_webhookmessage SET received_at = now() - interval '1 year',"
        " processed_at = now() - interval '1 year'"
    ),
    "No attempt was forgotten": (
        "UPDATE registration_paymentattempt SET next_fetch_at = NULL WHERE state = 'created'"
    ),
    "The lines of a bank's statement that were recorded are payments of their amount": (
        "UPDATE registration_statementline SET amount_minor = 1 WHERE state = 'recorded'"
    ),
    "Every payment stands in the ledger with its amount": (
        "UPDATE registration_payment SET amount_minor = 19000 WHERE method = 'bank_transfer'"
        " AND external_id = 'T-1'"
    ),
}


@pytest.fixture
def money(event, policy, simulator):
    """One of each: paid at a provider, begun there, paid by bank with a refund under way."""
    now = policy_is_open(policy)
    connect(event)
    ticket_type = make_ticket_type(event)
    paid, begun, transferred, stated = (
        buy(ticket_type, attendee=somebody(number), at=now) for number in range(4)
    )
    attempt = begin(paid, at=now)
    simulator.press(attempt, "pay")
    simulator.deliver()
    ask_about(attempt_id=attempt.pk, at=now)
    begin(begun, at=now)
    pay(transferred, at=now, received_at=now)
    request_refund(order_id=transferred.pk, amount_minor=5000, reason="", actor=None, at=now)
    import_statement(
        event_id=event.pk, currency="USD", actor=None, at=now,
        raw=f"Fecha;Concepto;Importe\n{now:%d/%m/%Y};{stated.reference};180,00\n".encode(),
    )  # fmt: skip
    line = event.statement_lines.get()
    record_lines(event_id=event.pk, references={line.pk: stated.reference}, actor=None, at=now)
    assert Refund.objects.get().state == "created"


def violations() -> list[str]:
    found = []
    for sentence, query in INVARIANTS.items():
        with connection.cursor() as cursor:
            cursor.execute(query)
            if cursor.fetchall():
                found.append(sentence)
    return found


def test_everything_holds_for_money_that_came_by_all_ways(money):
    assert violations() == []


@pytest.mark.parametrize("sentence", PLANTED, ids=str)
def test_a_planted_violation_is_found(money, sentence):
    assert sentence in INVARIANTS
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(PLANTED[sentence])
            assert cursor.rowcount >= 1
        found = violations()
        transaction.set_rollback(True)

    assert sentence in found


def test_each_money_invariant_has_its_planted_violation():
    about_money = [
        sentence
        for sentence in INVARIANTS
        if any(
            table in INVARIANTS[sentence]
            for table in (
                "registration_refund f", "registration_paymentattempt", "registration_webhookmessage",
                "registration_statementline",
            )
        )
    ]  # fmt: skip
    assert set(about_money) <= {*PLANTED, *ELSEWHERE}


# Planted in the tests of the whole edition, or of the papers.
ELSEWHERE = {
    "A confirmed order owes nothing but what was added and has time to be paid",
}
