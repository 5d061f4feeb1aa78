"""Messages of providers at their own address."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.utils import timezone

from registration.models import Payment, ProviderAccount, WebhookMessage
from registration.operations.reconciling import reconcile
from tests.payment_simulator import begin, connect, post
from tests.registration.ordering.conftest import buy, make_ticket_type
from tools.payment_simulator.messages import message_about
from tools.payment_simulator.world import Checkout
from tools.payment_simulator.world import Payment as Paid

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("provider", ["stripe", "mercado_pago"])
CURRENCY = {"stripe": "USD", "mercado_pago": "ARS"}


@pytest.fixture
def attempt_at(event, policy, simulator):
    def place(provider):
        connect(event, provider, currencies=[CURRENCY[provider]])
        order = buy(make_ticket_type(event, currency=CURRENCY[provider]), at=policy_is_open(policy))
        return begin(order, at=timezone.now(), provider=provider)

    return place


def policy_is_open(policy):
    now = timezone.now()
    policy.opens_at, policy.closes_at = now - dt.timedelta(days=1), now + dt.timedelta(days=9)
    policy.save()
    return now


def state_of(thing):
    thing.refresh_from_db()
    return thing.state


@BOTH
def test_the_same_message_twenty_times_has_one_effect(attempt_at, provider, simulator):
    """Input K2."""
    attempt = attempt_at(provider)
    simulator.press(attempt, "twice")

    assert simulator.deliver() == [200] * 20

    assert state_of(attempt.order) == "confirmed"
    assert Payment.objects.count() == WebhookMessage.objects.count() == 1


@BOTH
def test_an_hour_old_message_is_kept_and_only_the_truth_believed(attempt_at, provider, simulator):
    """Input K1."""
    attempt = attempt_at(provider)
    simulator.press(attempt, "silent")
    message = simulator.message(attempt, "checkout.session.completed", age_seconds=3600)

    assert simulator.deliver(message) == [200]

    kept = WebhookMessage.objects.get()
    assert kept.problem == "signed long ago, or a clock is wrong"
    assert state_of(attempt.order) == "confirmed"


@BOTH
def test_a_message_that_says_more_than_is_true_changes_nothing(attempt_at, provider, simulator):
    attempt = attempt_at(provider)
    simulator.press(attempt, "silent")
    message = simulator.message(attempt, "checkout.session.completed")
    simulator.checkout_of(attempt).payments[0].status = "in_process"

    assert simulator.deliver(message) == [200]

    assert (state_of(attempt), state_of(attempt.order)) == ("pending", "pending")
    assert Payment.objects.count() == 0


@BOTH
def test_a_forged_message_is_never_looked_into(attempt_at, provider, simulator):
    attempt = attempt_at(provider)
    simulator.press(attempt, "forged")
    calls = simulator.world.calls

    assert simulator.deliver() == [400]
    reconcile(at=timezone.now() + dt.timedelta(minutes=1))

    kept = WebhookMessage.objects.get()
    assert (kept.signature_ok, kept.processed_at, kept.problem) == (False, None, "wrong signature")
    assert simulator.world.calls == calls
    assert state_of(attempt.order) == "pending"


def test_a_forged_message_does_not_stand_in_the_way_of_the_real_one(attempt_at, simulator):
    attempt = attempt_at("stripe")
    simulator.press(attempt, "pay")
    _first, real = simulator.take_messages()

    assert post(Client(), real, headers={"stripe-signature": "t=1,v1=00"}).status_code == 400
    assert simulator.deliver(real) == [200]

    assert state_of(attempt.order) == "confirmed"
    assert sorted(WebhookMessage.objects.values_list("signature_ok", flat=True)) == [False, True]


@BOTH
def test_a_changed_body_or_subject_breaks_the_signature(attempt_at, provider, simulator):
    attempt = attempt_at(provider)
    simulator.press(attempt, "silent")
    message = simulator.message(attempt, "checkout.session.completed")
    if provider == "stripe":
        message.data = message.data.replace(b"completed", b"completee")
    else:  # it signs the address and not the body
        message.full_url = message.full_url.replace("data.id=", "data.id=9")

    assert simulator.deliver(message) == [400]


@BOTH
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        (b'"text"', 400),
        (b"[" * 50_000, 400),
        (b'{"a": "' + b"x" * 2_000_000 + b'"}', 413),
    ],
    ids=["empty", "no JSON", "array", "no UTF-8", "text", "deep", "large"],
)
def test_what_is_no_message_is_refused(event, simulator, provider, body, status):
    """Input K4."""
    account = connect(event, provider, currencies=[CURRENCY[provider]])

    answer = Client(raise_request_exception=False).post(
        f"/webhooks/{provider}/{account.token}/", data=body, content_type="application/json"
    )

    assert answer.status_code == status
    assert WebhookMessage.objects.count() == 0


def test_messages_for_nobody_are_a_404(event, simulator):
    account = connect(event)

    for address in ("/webhooks/stripe/nobody/", f"/webhooks/mercado_pago/{account.token}/"):
        assert Client().post(address, data={}, content_type="application/json").status_code == 404
    assert Client().get(f"/webhooks/stripe/{account.token}/").status_code == 405


def test_only_so_many_forged_messages_are_kept(event, simulator):
    account = connect(event)

    for number in range(70):
        answer = Client().post(
            f"/webhooks/stripe/{account.token}/",
            data=json.dumps({"id": f"evt_{number}"}),
            content_type="application/json",
        )
        assert answer.status_code == 400

    assert WebhookMessage.objects.count() == 60


@BOTH
def test_a_message_is_looked_into_again_when_the_provider_is_back(attempt_at, provider, simulator):
    attempt = attempt_at(provider)
    simulator.press(attempt, "pay")
    _first, message = simulator.take_messages()
    simulator.world.mode = "error"
    assert simulator.deliver(message) == [200]
    kept = WebhookMessage.objects.get()
    assert (kept.processed_at, kept.tries) == (None, 1)

    simulator.world.mode = "ok"
    reconcile(at=kept.received_at + dt.timedelta(seconds=30))
    kept.refresh_from_db()
    assert kept.processed_at is not None
    assert state_of(attempt.order) == "confirmed"


def test_news_about_somebody_elses_payment_are_put_aside(attempt_at, simulator):
    attempt_at("mercado_pago")
    account = ProviderAccount.objects.get()
    checkout = Checkout(
        "c", "mercado_pago", f"TEST-{account.token}", "of-another-shop", 1, "ARS", "", "", ""
    )
    checkout.payments.append(Paid("5", "approved", 1, "ARS"))
    simulator.world.checkouts["c"] = checkout
    message = message_about(simulator.world, checkout, checkout.payments[0], "payment.updated")

    assert simulator.deliver(message) == [200]
    kept = WebhookMessage.objects.get()
    assert kept.problem == "not about one of our attempts"
    assert kept.processed_at is not None
    assert Payment.objects.count() == 0
