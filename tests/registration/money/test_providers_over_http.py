"""Both real SDKs against the simulator, from the button to the ledger."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from conference.models import EmailMessage
from registration.models import Payment, PaymentAttempt, ProviderAccount, Refund, WebhookMessage
from registration.operations.accounts import check_account, keys_of, provider_of
from registration.operations.asking import ask_about, carry_out_refund
from registration.operations.believing import close_review
from registration.operations.cancelling import cancel_order
from registration.operations.expiring import expire_orders
from registration.operations.reconciling import reconcile
from registration.operations.refunding import request_refund
from registration.providers.base import WantedRefund
from registration.queries.money import ways_to_pay
from registration.queries.orders import owed_minor
from registration.rules.refusals import (
    KeysRefused,
    NothingToPay,
    PaymentMethodRefused,
    ProviderAway,
)
from tests.conftest import NOON
from tests.payment_simulator import begin, connect
from tests.registration.money.conftest import ledger_of, pay
from tests.registration.ordering.conftest import buy, make_ticket_type

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
BOTH = pytest.mark.parametrize("provider", ["stripe", "mercado_pago"])
CURRENCY = {"stripe": "USD", "mercado_pago": "ARS"}


@pytest.fixture
def order_for(event, policy, simulator):
    def place(provider, **changes):
        ticket_type = make_ticket_type(event, currency=CURRENCY[provider], price_minor=18050)
        connect(event, provider, currencies=[CURRENCY[provider]], **changes)
        return buy(ticket_type)

    return place


def state_of(thing):
    thing.refresh_from_db()
    return thing.state


@BOTH
def test_a_paid_checkout_confirms_the_order_by_its_message(order_for, provider, simulator):
    order = order_for(provider)
    attempt = begin(order, at=NOON, provider=provider)

    simulator.press(attempt, "pay")
    assert state_of(order) == "pending"
    assert simulator.deliver() == [200, 200]

    assert (state_of(attempt), state_of(order)) == ("approved", "confirmed")
    payment = Payment.objects.get()
    assert (payment.method, payment.amount_minor, payment.currency, payment.attempt) == (
        {"stripe": "card"}.get(provider, provider), 18050, CURRENCY[provider], attempt,
    )  # fmt: skip
    assert ledger_of(order) == [("charge", 18050), ("payment", -18050)]
    assert EmailMessage.objects.filter(kind__endswith="confirmed").count() == 1
    assert set(WebhookMessage.objects.values_list("signature_ok", flat=True)) == {True}


@BOTH
def test_a_lost_message_is_made_good_within_four_minutes(order_for, provider, simulator):
    order = order_for(provider)
    attempt = begin(order, at=NOON, provider=provider)
    simulator.press(attempt, "silent")

    assert reconcile(at=NOON + MINUTE) == 0
    assert state_of(order) == "pending"
    assert reconcile(at=NOON + 3 * MINUTE) == 1

    assert state_of(order) == "confirmed"


@BOTH
def test_the_button_pressed_again_is_the_same_attempt(order_for, provider, simulator):
    order = order_for(provider)

    attempts = {begin(order, at=NOON + n * MINUTE, provider=provider).pk for n in range(3)}

    assert len(attempts) == PaymentAttempt.objects.count() == 1
    assert len(simulator.world.checkouts) == 1


def test_an_answer_that_was_lost_is_the_same_checkout_when_asked_again(order_for, simulator):
    order = order_for("stripe")
    simulator.world.mode = "error"
    with pytest.raises(ProviderAway):
        begin(order, at=NOON)
    attempt = PaymentAttempt.objects.get()
    assert (attempt.state, attempt.checkout_url) == ("created", "")
    order.refresh_from_db()
    assert order.expires_at >= NOON + 30 * MINUTE

    simulator.world.mode = "ok"
    again = begin(order, at=NOON + 2 * MINUTE)

    assert again == attempt
    assert again.checkout_url
    # As if the first answer had come too late: the same question, the same checkout.
    PaymentAttempt.objects.update(checkout_url="", provider_reference="")
    assert begin(order, at=NOON + 3 * MINUTE).provider_reference == again.provider_reference
    assert len(simulator.world.checkouts) == 1


@BOTH
@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ("wrong_amount", "amount 100 instead of 18050"),
        ("wrong_currency", "currency"),
        ("real_money", "real money at a test account"),
    ],
)
def test_money_that_differs_goes_to_review_and_is_never_paid(
    order_for, provider, button, reason, simulator
):
    """Input K3."""
    order = order_for(provider)
    attempt = begin(order, at=NOON, provider=provider)

    simulator.press(attempt, button)
    ask_about(attempt_id=attempt.pk, at=NOON + MINUTE)
    ask_about(attempt_id=attempt.pk, at=NOON + 2 * MINUTE)

    assert (state_of(attempt), state_of(order)) == ("review", "pending")
    assert attempt.review_reason.endswith(reason)
    assert Payment.objects.count() == 0
    assert owed_minor(order) == 18050

    close_review(attempt_id=attempt.pk, actor=None, at=NOON)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.reviewed_at) == ("review", NOON)


def test_paid_twice_is_recorded_twice_and_owed_once(order_for, simulator):
    order = order_for("mercado_pago")
    attempt = begin(order, at=NOON, provider="mercado_pago")

    simulator.press(attempt, "pay_twice")
    ask_about(attempt_id=attempt.pk, at=NOON)
    ask_about(attempt_id=attempt.pk, at=NOON)

    assert state_of(order) == "confirmed"
    assert Payment.objects.count() == 2
    assert owed_minor(order) == -18050


@BOTH
def test_declined_and_then_paid_on_the_same_page(order_for, provider, simulator):
    order = order_for(provider)
    attempt = begin(order, at=NOON, provider=provider)

    simulator.press(attempt, "decline")
    ask_about(attempt_id=attempt.pk, at=NOON)
    assert (state_of(attempt), state_of(order)) == ("rejected", "pending")

    simulator.press(attempt, "pay")
    ask_about(attempt_id=attempt.pk, at=NOON)
    assert (state_of(attempt), state_of(order)) == ("approved", "confirmed")


@BOTH
def test_a_payment_in_process_keeps_the_place_for_days(order_for, provider, simulator, event):
    order = order_for(provider)
    order.expires_at = NOON + 15 * MINUTE
    order.save(update_fields=("expires_at",))
    attempt = begin(order, at=NOON, provider=provider)

    simulator.press(attempt, "pending")
    ask_about(attempt_id=attempt.pk, at=NOON)

    assert state_of(attempt) == "pending"
    order.refresh_from_db()
    assert order.expires_at == NOON + dt.timedelta(days=5)
    assert expire_orders(at=NOON + dt.timedelta(days=4)) == 0
    simulator.press(attempt, "settle")
    reconcile(at=NOON + dt.timedelta(days=4))
    assert state_of(order) == "confirmed"


def test_beginning_again_and_again_does_not_keep_a_place_for_ever(order_for, simulator):
    order = order_for("stripe")
    order.expires_at = NOON + 15 * MINUTE
    order.save(update_fields=("expires_at",))
    at = NOON
    for _time in range(6):
        begin(order, at=at)
        at += 29 * MINUTE
        PaymentAttempt.objects.update(deadline_at=at)

        order.refresh_from_db()
        if order.expires_at <= at:
            break

    assert order.expires_at == NOON + dt.timedelta(hours=2)
    with pytest.raises(NothingToPay):
        begin(order, at=NOON + dt.timedelta(hours=2))


@BOTH
def test_a_refund_goes_back_by_itself_and_once(order_for, provider, simulator, organiser):
    order = order_for(provider)
    attempt = begin(order, at=NOON, provider=provider)
    simulator.press(attempt, "pay")
    ask_about(attempt_id=attempt.pk, at=NOON)
    cancel_order(order_id=order.pk, actor=organiser, at=NOON)

    refund = request_refund(
        order_id=order.pk, amount_minor=10050, reason="Ill", actor=organiser, at=NOON
    )
    for _time in range(3):
        carry_out_refund(refund_id=refund.pk, at=NOON)

    assert state_of(refund) == "done"
    assert simulator.checkout_of(attempt).payments[0].refunded_minor == 10050
    assert ledger_of(order)[-1] == ("refund", 10050)
    assert (state_of(attempt), owed_minor(order)) == ("approved", -8000)

    request_refund(order_id=order.pk, amount_minor=8000, reason="", actor=organiser, at=NOON)
    reconcile(at=NOON)
    ask_about(attempt_id=attempt.pk, at=NOON)
    assert (state_of(attempt), owed_minor(order)) == ("refunded", 0)
    assert Refund.objects.filter(state="done").count() == 2


@BOTH
def test_a_refund_whose_answer_was_lost_is_sent_once(order_for, provider, simulator, organiser):
    order = order_for(provider)
    attempt = begin(order, at=NOON, provider=provider)
    simulator.press(attempt, "pay")
    ask_about(attempt_id=attempt.pk, at=NOON)
    cancel_order(order_id=order.pk, actor=organiser, at=NOON)
    refund = request_refund(
        order_id=order.pk, amount_minor=18050, reason="", actor=organiser, at=NOON
    )
    # As if the worker had died between the provider's answer and our transaction.
    payment = Payment.objects.get()
    provider_of(attempt.account).refund(
        WantedRefund(str(refund.uid), payment.external_id, refund.amount)
    )

    reconcile(at=NOON + dt.timedelta(hours=2))

    assert state_of(refund) == "done"
    assert simulator.checkout_of(attempt).payments[0].refunded_minor == 18050
    assert owed_minor(order) == 0


@BOTH
def test_a_silent_provider_leaves_the_refund_on_its_way(order_for, provider, simulator, organiser):
    order = order_for(provider)
    attempt = begin(order, at=NOON, provider=provider)
    simulator.press(attempt, "pay")
    ask_about(attempt_id=attempt.pk, at=NOON)
    cancel_order(order_id=order.pk, actor=organiser, at=NOON)
    refund = request_refund(
        order_id=order.pk, amount_minor=18050, reason="", actor=organiser, at=NOON
    )
    simulator.world.mode = "error"

    carry_out_refund(refund_id=refund.pk, at=NOON)
    assert (state_of(refund), owed_minor(order)) == ("in_transit", -18050)

    simulator.world.mode = "ok"
    reconcile(at=NOON + MINUTE)
    assert (state_of(refund), owed_minor(order)) == ("done", 0)


@BOTH
def test_money_sent_back_on_the_providers_pages_is_in_our_ledger(order_for, provider, simulator):
    order = order_for(provider)
    attempt = begin(order, at=NOON, provider=provider)
    simulator.press(attempt, "pay")
    ask_about(attempt_id=attempt.pk, at=NOON)

    simulator.press(attempt, "refund")
    for _time in range(2):
        ask_about(attempt_id=attempt.pk, at=NOON)

    refund = Refund.objects.get()
    assert (refund.state, refund.cause, refund.amount_minor) == ("done", "at_provider", 18050)
    assert ("refund", 18050) in ledger_of(order)
    assert state_of(attempt) == "refunded"
    assert Payment.objects.get().refunded_minor == 18050


@BOTH
def test_a_chargeback_is_no_gift(order_for, provider, simulator):
    order = order_for(provider)
    attempt = begin(order, at=NOON, provider=provider)
    simulator.press(attempt, "pay")
    ask_about(attempt_id=attempt.pk, at=NOON)

    simulator.press(attempt, "charge_back")
    ask_about(attempt_id=attempt.pk, at=NOON)

    assert Refund.objects.get().cause == "chargeback"
    assert (state_of(attempt), owed_minor(order)) == ("charged_back", 18050)


def test_refunding_here_and_there_at_once_sends_back_once(order_for, simulator, organiser):
    order = order_for("stripe")
    attempt = begin(order, at=NOON)
    simulator.press(attempt, "pay")
    ask_about(attempt_id=attempt.pk, at=NOON)
    refund = request_refund(
        order_id=order.pk, amount_minor=18050, reason="", actor=organiser, at=NOON
    )
    simulator.press(attempt, "refund")

    ask_about(attempt_id=attempt.pk, at=NOON)

    assert state_of(refund) == "cancelled"
    assert list(Refund.objects.filter(state="done").values_list("cause", "amount_minor")) == [
        ("at_provider", 18050)
    ]
    assert Payment.objects.get().refunded_minor == 18050


def test_nothing_is_asked_of_a_provider_for_what_is_paid(order_for, simulator):
    order = order_for("stripe")
    pay(order, 18050)

    with pytest.raises(NothingToPay):
        begin(order, at=NOON)

    assert simulator.world.calls == 0


def test_a_hold_that_is_over_is_not_paid_for(order_for, simulator):
    order = order_for("stripe")

    with pytest.raises(NothingToPay):
        begin(order, at=NOON + dt.timedelta(days=6))

    assert PaymentAttempt.objects.count() == 0


def test_a_provider_that_takes_another_currency_is_not_offered(event, policy, simulator):
    order = buy(make_ticket_type(event))
    connect(event, "mercado_pago", currencies=["ARS"])

    assert ways_to_pay(event, currency="USD") == ["bank_transfer"]
    assert ways_to_pay(event, currency="ARS") == ["mercado_pago", "bank_transfer"]
    with pytest.raises(PaymentMethodRefused):
        begin(order, at=NOON, provider="mercado_pago")
    with pytest.raises(PaymentMethodRefused):
        begin(order, at=NOON, provider="stripe")


@BOTH
def test_the_connection_is_tested_with_the_real_sdk(event, provider, simulator):
    account = connect(event, provider, currencies=[CURRENCY[provider]])

    assert check_account(account_id=account.pk, at=NOON).check_problem == ""

    connect(event, provider, currencies=[CURRENCY[provider]], secret_key="wrong")
    refused = check_account(account_id=account.pk, at=NOON)
    assert refused.check_problem.startswith("The provider refused the keys")
    assert refused.checked_at == NOON


def test_the_keys_do_not_stand_readable_in_the_database(event, simulator):
    account = connect(event)

    row = ProviderAccount.objects.filter(pk=account.pk).values().get()
    assert f"sk_test_{account.token}" not in str(row)
    assert keys_of(account).secret_key == f"sk_test_{account.token}"
    assert "sk_test" not in repr(keys_of(account))


def test_keys_that_no_secret_opens_are_asked_for_again(event, simulator, settings):
    account = connect(event)
    settings.SEALED_TEXT_SECRETS = ["another"]

    with pytest.raises(KeysRefused):
        keys_of(account)


def test_an_account_that_took_money_stays_test_or_real(order_for, simulator, event):
    order = order_for("stripe")
    begin(order, at=NOON)

    with pytest.raises(KeysRefused):
        connect(event, is_live=True)

    assert ProviderAccount.objects.get().is_live is False


def test_a_live_account_never_meets_the_simulator(event, simulator):
    live = connect(event, is_live=True)
    test = connect(event, "mercado_pago", currencies=["ARS"])

    assert provider_of(live).base == ""
    assert provider_of(test).base.startswith(simulator.world.public)


def test_outside_of_demos_the_simulator_is_ignored_and_told(event, simulator, settings):
    from registration.checks import the_simulator_is_only_for_play

    account = connect(event)
    settings.TESTING = False

    assert provider_of(account).base == ""
    assert [check.id for check in the_simulator_is_only_for_play()] == ["registration.E001"]


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "review"}, "attempt_in_review_says_why"),
        ({"reviewed_at": NOON}, "attempt_looked_at_was_in_review"),
        ({"amount_minor": 0}, "attempt_is_positive"),
        ({"currency": "usd"}, "attempt_currency_of_3_letters"),
    ],
)
def test_a_half_filled_attempt_is_impossible(order_for, simulator, fields, constraint):
    begin(order_for("stripe"), at=NOON)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PaymentAttempt.objects.update(**fields)


def test_a_message_stays_as_it_came(order_for, simulator):
    attempt = begin(order_for("stripe"), at=NOON)
    simulator.press(attempt, "pay")
    simulator.deliver()

    for change in (
        lambda: WebhookMessage.objects.update(body="{}"),
        lambda: WebhookMessage.objects.update(signature_ok=False),
        lambda: WebhookMessage.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert WebhookMessage.objects.count() == 2
