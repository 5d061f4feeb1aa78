import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from conference.kernel.errors import TransitionRefused
from conference.models import HistoryEntry
from registration.models import LedgerEntry, Payment, Refund
from registration.operations.cancelling import cancel_order
from registration.operations.refunding import (
    cancel_refund,
    fail_refund,
    record_refund_sent,
    request_refund,
    request_refunds,
)
from registration.queries.money import kept_minor
from registration.queries.orders import owed_minor
from registration.rules.refunds import share_refund
from registration.rules.refusals import RefundRefused, RefundTooLarge
from registration.states import RefundState
from tests.conftest import NOON
from tests.registration.money.conftest import ledger_of, pay
from tests.registration.ordering.conftest import buy, somebody

pytestmark = pytest.mark.django_db


def ask_back(order, amount_minor=18000, *, actor=None):
    return request_refund(
        order_id=order.pk, amount_minor=amount_minor, reason="Ill", actor=actor, at=NOON
    )


def sent(refund, external_id="B-1", *, actor=None):
    return record_refund_sent(refund_id=refund.pk, external_id=external_id, actor=actor, at=NOON)


@pytest.fixture
def cancelled(physician_ticket, organiser):
    """A paid order that the organisers cancelled: its money is owed to the person."""
    order = buy(physician_ticket)
    pay(order)
    cancel_order(order_id=order.pk, actor=organiser, at=NOON)
    return order


def test_money_asked_back_is_reserved_at_once_and_in_the_ledger_when_it_left(cancelled, organiser):
    refund = ask_back(cancelled, actor=organiser)

    assert (refund.state, refund.amount_minor, refund.requested_by) == ("created", 18000, organiser)
    assert Payment.objects.get().refunded_minor == 18000
    assert kept_minor(cancelled) == 0
    assert owed_minor(cancelled) == -18000

    sent(refund, actor=organiser)

    refund.refresh_from_db()
    assert (refund.state, refund.ended_at, refund.external_id) == ("done", NOON, "B-1")
    assert ledger_of(cancelled) == [
        ("charge", 18000),
        ("payment", -18000),
        ("waiver", -18000),
        ("refund", 18000),
    ]
    assert owed_minor(cancelled) == 0
    assert {"refund.requested", "refund.recorded"} <= set(
        HistoryEntry.objects.values_list("action", flat=True)
    )


def test_three_partial_refunds_never_pass_the_payment(cancelled):
    """Input K5."""
    ask_back(cancelled, 8000)
    ask_back(cancelled, 8000)

    with pytest.raises(RefundTooLarge):
        ask_back(cancelled, 2001)
    assert Refund.objects.count() == 2
    assert Payment.objects.get().refunded_minor == 16000

    ask_back(cancelled, 2000)

    assert Payment.objects.get().refunded_minor == 18000


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_a_refund_of_nothing_is_refused(cancelled, amount_minor):
    with pytest.raises(RefundRefused):
        ask_back(cancelled, amount_minor)

    assert Refund.objects.count() == 0


def test_the_database_itself_refuses_more_than_was_paid(cancelled):
    with (
        pytest.raises(IntegrityError, match="payment_never_refunded_beyond"),
        transaction.atomic(),
    ):
        Payment.objects.update(refunded_minor=18001)

    assert Payment.objects.get().refunded_minor == 0


def test_a_refund_called_off_frees_the_money_and_cannot_be_sent(cancelled, organiser):
    refund = ask_back(cancelled)

    cancel_refund(refund_id=refund.pk, actor=organiser, at=NOON)

    assert Payment.objects.get().refunded_minor == 0
    with pytest.raises(TransitionRefused):
        sent(refund)
    with pytest.raises(TransitionRefused):
        cancel_refund(refund_id=refund.pk, actor=organiser, at=NOON)
    assert Payment.objects.get().refunded_minor == 0
    assert LedgerEntry.objects.filter(kind="refund").count() == 0


def test_a_refund_that_nobody_took_up_cannot_fail(cancelled):
    refund = ask_back(cancelled)

    with pytest.raises(TransitionRefused):
        fail_refund(refund_id=refund.pk, problem="no", actor=None, at=NOON)

    assert Payment.objects.get().refunded_minor == 18000


def test_it_is_sent_once(cancelled):
    refund = ask_back(cancelled)
    sent(refund)

    with pytest.raises(TransitionRefused):
        sent(refund, "B-2")

    assert LedgerEntry.objects.filter(kind="refund").count() == 1


@pytest.mark.parametrize("external_id", ["", "  ", "x" * 101])
def test_a_refund_without_its_proof_is_refused(cancelled, external_id):
    refund = ask_back(cancelled)

    with pytest.raises(RefundRefused):
        sent(refund, external_id)

    refund.refresh_from_db()
    assert refund.state == "created"


def test_one_transfer_is_not_the_proof_of_two_refunds(cancelled):
    first, second = ask_back(cancelled, 8000), ask_back(cancelled, 8000)
    sent(first)

    with pytest.raises(RefundRefused):
        sent(second)

    second.refresh_from_db()
    assert second.state == "created"
    assert owed_minor(cancelled) == -10000


def test_money_back_to_who_keeps_the_place_is_a_discount(physician_ticket, organiser):
    order = buy(physician_ticket)
    pay(order)

    sent(ask_back(order, 5000))

    order.refresh_from_db()
    assert order.state == "confirmed"
    assert owed_minor(order) == 0
    assert ledger_of(order)[2:] == [("refund", 5000), ("waiver", -5000)]


def test_what_was_paid_too_much_goes_back_without_a_discount(physician_ticket):
    order = buy(physician_ticket)
    pay(order)
    pay(order, 18000, "T-2")

    sent(ask_back(order, 18000))

    assert owed_minor(order) == 0
    assert [kind for kind, _amount in ledger_of(order)] == [
        "charge",
        "payment",
        "payment",
        "refund",
    ]


def test_more_than_one_payment_gives_more_than_one_refund(physician_ticket, organiser):
    order = buy(physician_ticket)
    pay(order, 10000, "T-1")
    pay(order, 8000, "T-2")
    cancel_order(order_id=order.pk, actor=organiser, at=NOON)

    refunds = request_refunds(
        order_id=order.pk, amount_minor=15000, reason="", actor=organiser, at=NOON
    )

    assert [refund.amount_minor for refund in refunds] == [10000, 5000]
    assert kept_minor(order) == 3000


def test_a_refund_of_another_orders_payment_is_impossible(physician_ticket):
    first, second = buy(physician_ticket), buy(physician_ticket, attendee=somebody(1))
    payment = pay(first)

    with pytest.raises(IntegrityError, match="refund_payment_of_its_order"), transaction.atomic():
        Refund.objects.create(
            order=second, payment=payment, uid="00000000-0000-4000-8000-000000000000",
            amount_minor=1, currency="USD", requested_at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "done", "external_id": "B-1"}, "refund_over_has_its_time"),
        ({"state": "done", "ended_at": NOON}, "refund_done_names_its_proof"),
        ({"state": "created", "ended_at": NOON}, "refund_over_has_its_time"),
        ({"amount_minor": 0}, "refund_is_positive"),
    ],
)
def test_a_half_filled_refund_is_impossible(physician_ticket, fields, constraint):
    order = buy(physician_ticket)
    payment = pay(order)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Refund.objects.create(
            **{
                "order": order, "payment": payment, "amount_minor": 1, "currency": "USD",
                "uid": "00000000-0000-4000-8000-000000000000", "requested_at": NOON, **fields,
            }
        )  # fmt: skip


def test_a_payment_cannot_be_changed_or_deleted(physician_ticket):
    payment = pay(buy(physician_ticket))

    for change in (lambda: Payment.objects.update(amount_minor=1), payment.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert Payment.objects.get().amount_minor == 18000


def test_every_refund_that_is_over_stays_over(cancelled):
    from registration.states import REFUND_OPEN, REFUND_TRANSITIONS

    over = set(RefundState) - REFUND_OPEN
    assert {state for state in RefundState if not REFUND_TRANSITIONS[state]} == over


@pytest.mark.parametrize(
    ("amount", "payments", "shares"),
    [
        (100, [(1, 100, False)], [(1, 100)]),
        (101, [(1, 100, False)], None),
        (100, [(1, 0, True), (2, 100, False)], [(2, 100)]),
        (50, [(1, 100, False), (2, 60, True)], [(2, 50)]),
        (80, [(1, 100, False), (2, 60, True)], [(1, 80)]),
        (150, [(1, 100, False), (2, 60, True)], [(2, 60), (1, 90)]),
        (1, [], None),
    ],
)
def test_a_refund_is_shared_out_among_payments(amount, payments, shares):
    assert share_refund(amount, payments) == shares


def test_a_refund_asked_before_the_day_it_was_paid_changes_no_other_order(physician_ticket):
    first, second = buy(physician_ticket), buy(physician_ticket, attendee=somebody(1))
    pay(first)
    pay(second, external_id="T-2", at=NOON + dt.timedelta(minutes=1))

    ask_back(first)

    assert (kept_minor(first), kept_minor(second)) == (0, 18000)
