"""What a buyer sees between her order, the provider's page and her ticket."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from registration.models import PaymentAttempt, WaysOfPayment
from registration.operations.asking import ask_about
from tests.payment_simulator import connect
from tests.registration.ordering.conftest import buy, make_ticket_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(event, policy, simulator):
    now = timezone.now()
    policy.opens_at, policy.closes_at = now - dt.timedelta(days=1), now + dt.timedelta(days=9)
    policy.save()
    connect(event, "stripe", currencies=["USD"])
    return buy(make_ticket_type(event), at=now)


@pytest.fixture
def english():
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def page(order) -> str:
    return f"/o/{order.token}/"


def press_pay(client, order, method="card"):
    return client.post(f"{page(order)}pay/", {"method": method})


def test_only_the_ways_that_the_event_and_the_currency_allow_are_shown(order, event, english):
    connect(event, "mercado_pago", currencies=["ARS"])
    text = english.get(page(order)).content.decode()

    assert "by card" in text
    assert "with Mercado Pago" not in text
    assert "Or by bank transfer" in text
    assert "Or at the congress desk" not in text

    WaysOfPayment.objects.create(event=event, bank_transfer=False, on_site=True)
    text = english.get(page(order)).content.decode()
    assert "Or by bank transfer" not in text
    assert "Or at the congress desk" in text


def test_the_button_leads_by_a_page_of_ours_to_the_page_of_the_provider(order, english):
    answer = press_pay(english, order)

    attempt = PaymentAttempt.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"{page(order)}pay/{attempt.token}/go/"
    shown = english.get(answer["Location"])
    assert shown["Refresh"] == f"0; url={attempt.checkout_url}"
    text = shown.content.decode()
    assert f'href="{attempt.checkout_url}"' in text
    assert "You pay on the pages of Stripe" in text


def test_two_clicks_are_one_attempt(order, english):
    first, second = press_pay(english, order), press_pay(english, order)

    assert first["Location"] == second["Location"]
    assert PaymentAttempt.objects.count() == 1


@pytest.mark.parametrize("method", ["", "mercado_pago", "bank_transfer", "on_site", "free", "\x01"])
def test_a_way_that_is_not_offered_is_refused_in_words(order, english, method):
    answer = press_pay(english, order, method)

    assert answer["Location"] == page(order)
    assert "Please choose how to pay." in english.get(page(order)).content.decode()
    assert PaymentAttempt.objects.count() == 0


def test_a_provider_that_is_away_leaves_the_place_held_and_says_so(order, english, simulator):
    simulator.world.mode = "error"

    answer = press_pay(english, order)

    assert answer["Location"] == page(order)
    text = english.get(page(order)).content.decode()
    assert "The payment provider does not answer at the moment." in text
    order.refresh_from_db()
    assert order.state == "pending"


STORIES = [
    ("abandon", "We are waiting for your payment", True),
    ("pending", "Your payment is in process", True),
    ("decline", "It was not paid", False),
    ("pay", "Your payment arrived", False),
    ("wrong_amount", "We are looking at your payment", False),
]


@pytest.mark.parametrize(("button", "words", "changes_by_itself"), STORIES)
def test_the_page_after_it_says_how_it_went(
    button, words, changes_by_itself, request, django_capture_on_commit_callbacks
):
    order, english, simulator = map(request.getfixturevalue, ("order", "english", "simulator"))
    press_pay(english, order)
    attempt = PaymentAttempt.objects.get()
    simulator.press(attempt, button)
    address = f"{page(order)}pay/{attempt.token}/"

    with django_capture_on_commit_callbacks(execute=True):
        english.get(address)  # wakes the worker that asks
    text = english.get(address).content.decode()

    assert f"<h1>{words}</h1>" in text
    assert ('hx-trigger="every 3s"' in text) is changes_by_itself


def test_a_reload_pays_nothing_and_htmx_gets_the_part_alone(order, english, simulator):
    press_pay(english, order)
    attempt = PaymentAttempt.objects.get()
    simulator.press(attempt, "pay")
    ask_about(attempt_id=attempt.pk, at=timezone.now())
    address = f"{page(order)}pay/{attempt.token}/"
    calls = simulator.world.calls

    for _time in range(3):
        english.get(address)
    part = english.get(address, headers={"hx-request": "true"})

    assert simulator.world.calls == calls
    assert "HX-Request" in part["Vary"].split(", ")
    assert "<html" not in part.content.decode()
    assert "Your payment arrived" in part.content.decode()
    assert order.payments.count() == 1


def test_after_a_refusal_she_can_try_again(order, english, simulator):
    press_pay(english, order)
    attempt = PaymentAttempt.objects.get()
    simulator.press(attempt, "decline")
    ask_about(attempt_id=attempt.pk, at=timezone.now())

    press_pay(english, order)

    assert PaymentAttempt.objects.count() == 2
    assert "by card" in english.get(page(order)).content.decode()


def test_a_payment_in_process_warns_who_wants_to_pay_again(order, english, simulator):
    press_pay(english, order)
    attempt = PaymentAttempt.objects.get()
    simulator.press(attempt, "pending")
    ask_about(attempt_id=attempt.pk, at=timezone.now())

    assert "If you pay again now, you pay twice." in english.get(page(order)).content.decode()


def test_an_attempt_opens_with_its_own_order_alone(order, event, english):
    press_pay(english, order)
    attempt = PaymentAttempt.objects.get()
    from tests.registration.ordering.conftest import somebody

    other = buy(event.ticket_types.get(), attendee=somebody(1), at=timezone.now())

    assert english.get(f"{page(other)}pay/{attempt.token}/").status_code == 404
    assert english.get(f"{page(order)}pay/{other.token}/").status_code == 404
    assert english.post("/o/nobody/pay/", {"method": "card"}).status_code == 404
