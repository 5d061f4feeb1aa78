"""The desk's pages about money: what waits, and the buttons that settle it."""

import datetime as dt

import pytest
from django.utils import timezone

from registration.models import InstalmentPlan, ProviderAccount, Refund, WaysOfPayment
from registration.operations.asking import ask_about
from registration.operations.refunding import request_refund
from registration.queries.desk_money import money_desk
from registration.queries.money import ways_to_pay
from tests.conftest import NOON, signed_in
from tests.payment_simulator import begin, connect
from tests.registration.money.conftest import paid_without_seat, pay
from tests.registration.ordering.conftest import buy, make_ticket_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(organiser):
    client = signed_in(organiser)
    client.cookies["django_language"] = "en"
    return client


def text_of(answer) -> str:
    return answer.content.decode()


def test_an_empty_desk_says_so(desk, event):
    answer = desk.get(f"/desk/{event.slug}/money/")

    assert "Nothing waits for you here." in text_of(answer)


def test_a_paid_order_without_a_place_has_two_buttons(desk, event, policy, organiser):
    order, _ticket_type = paid_without_seat(event)
    page = text_of(desk.get(f"/desk/{event.slug}/money/"))
    assert "Give a place" in page
    assert "Send the money back" in page

    desk.post(f"/desk/{event.slug}/orders/{order.pk}/seat", {"reason": ""})
    order.refresh_from_db()
    assert order.state == "paid_without_seat"

    desk.post(f"/desk/{event.slug}/orders/{order.pk}/seat", {"reason": "Our mistake"})
    order.refresh_from_db()
    assert order.state == "confirmed"
    assert order.overbookings.get().decided_by == organiser


def test_the_other_button_cancels_and_puts_the_refund_on_the_list(desk, event, policy):
    order, _ticket_type = paid_without_seat(event)

    desk.post(f"/desk/{event.slug}/orders/{order.pk}/send-back")

    order.refresh_from_db()
    refund = Refund.objects.get()
    assert (order.state, refund.state) == ("cancelled", "created")
    assert "Refunds to send" in text_of(desk.get(f"/desk/{event.slug}/money/"))

    desk.post(f"/desk/{event.slug}/money/refunds/{refund.pk}/sent", {"external_id": "B-7"})
    refund.refresh_from_db()
    assert (refund.state, refund.external_id) == ("done", "B-7")
    assert "Nothing waits for you here." in text_of(desk.get(f"/desk/{event.slug}/money/"))


def test_a_refund_is_asked_for_on_the_orders_page(desk, event, physician_ticket):
    order = buy(physician_ticket)
    pay(order)
    address = f"/desk/{event.slug}/orders/{order.pk}/refund"

    too_much = desk.post(address, {"amount": "180.01"})
    assert too_much.status_code == 422
    assert "More than what was paid" in text_of(too_much)
    for nonsense in ("", "0", "-1", "1.001", "٣", "x"):
        assert desk.post(address, {"amount": nonsense}).status_code in {302, 422}, nonsense
    assert Refund.objects.filter(amount_minor__gt=300).count() == 0

    assert desk.post(address, {"amount": "50.00", "reason": "Ill"}).status_code == 302
    assert Refund.objects.filter(amount_minor=5000, reason="Ill").count() == 1


def test_instalments_are_agreed_on_the_orders_page(desk, event, policy):
    now = timezone.now()
    event.first_day, event.last_day = (
        now.date() + dt.timedelta(days=200),
        now.date() + dt.timedelta(days=201),
    )
    event.save()
    policy.opens_at, policy.closes_at = now - dt.timedelta(days=1), now + dt.timedelta(days=100)
    policy.save()
    order = buy(make_ticket_type(event), at=now)
    address = f"/desk/{event.slug}/orders/{order.pk}/instalments"
    wanted = {
        "number": 3, "first_on": (now.date() + dt.timedelta(days=7)).isoformat(),
        "every_days": 30, "grace_days": 3,
    }  # fmt: skip

    assert desk.post(address, {**wanted, "number": 1}).status_code == 422
    assert desk.post(address, {**wanted, "every_days": 150}).status_code == 422
    assert InstalmentPlan.objects.count() == 0

    assert desk.post(address, wanted).status_code == 302
    assert [one.amount_minor for one in InstalmentPlan.objects.get().instalments.all()] == [
        6000
    ] * 3
    assert "6000" not in text_of(desk.get(f"/desk/{event.slug}/orders/{order.pk}/money/"))


def test_a_payment_at_the_desk_is_recorded_with_its_receipt(desk, event, physician_ticket):
    order = buy(physician_ticket)

    answer = desk.post(
        f"/desk/{event.slug}/orders/{order.pk}/payment",
        {
            "method": "on_site", "amount": "180.00", "external_id": "0001",
            "received_on": timezone.now().date().isoformat(),
        },
    )  # fmt: skip

    assert answer.status_code == 302
    assert order.payments.get().method == "on_site"


def test_ways_are_switched_and_an_account_connected_tested_and_never_shown(desk, event, simulator):
    address = f"/desk/{event.slug}/money/ways/"
    desk.post(f"{address}change", {"on_site": "on", "days_kept_after_a_part": "10"})
    ways = WaysOfPayment.objects.get()
    assert (ways.bank_transfer, ways.on_site, ways.days_kept_after_a_part) == (False, True, 10)

    empty = desk.post(f"{address}stripe/connect", {"stripe-currencies": ["USD"]})
    assert empty.status_code == 422
    assert "Please paste the secret key." in text_of(empty)
    assert ProviderAccount.objects.count() == 0

    sent = {
        "stripe-secret_key": "sk_test_of_mine", "stripe-webhook_secret": "whsec_of_mine",
        "stripe-currencies": ["USD"], "stripe-is_offered": "on",
    }  # fmt: skip
    assert desk.post(f"{address}stripe/connect", sent).status_code == 302
    page = text_of(desk.get(address))
    account = ProviderAccount.objects.get()
    assert "of_mine" not in page
    assert f"/webhooks/stripe/{account.token}/" in page
    assert ways_to_pay(event, currency="USD") == ["card", "on_site"]

    desk.post(f"{address}stripe/test")
    account.refresh_from_db()
    assert (account.check_problem, account.checked_at is not None) == ("", True)

    # Saved again without keys: they stay.
    assert (
        desk.post(f"{address}stripe/connect", {"stripe-currencies": ["USD", "BRL"]}).status_code
        == 302
    )
    account.refresh_from_db()
    assert (account.currencies, account.is_offered) == (["USD", "BRL"], False)
    desk.post(f"{address}stripe/test")
    account.refresh_from_db()
    assert account.check_problem == ""
    assert desk.post(f"{address}paypal/connect", sent).status_code == 404


def test_a_payment_in_review_is_shown_until_it_is_settled(desk, event, policy, simulator):
    connect(event)
    order = buy(make_ticket_type(event))
    attempt = begin(order, at=NOON)
    simulator.press(attempt, "wrong_amount")
    ask_about(attempt_id=attempt.pk, at=NOON)
    assert "amount 100 instead of 18000" in text_of(desk.get(f"/desk/{event.slug}/money/"))

    desk.post(f"/desk/{event.slug}/money/attempts/{attempt.pk}/reviewed")

    assert money_desk(event, at=NOON).in_review == []


def test_money_we_owe_is_shown_until_a_refund_is_asked_for(desk, event, physician_ticket):
    order = buy(physician_ticket)
    pay(order)
    pay(order, 5000, "T-2")
    assert [one.money.amount_minor for one in money_desk(event, at=NOON).owed_by_us] == [5000]

    request_refund(order_id=order.pk, amount_minor=5000, reason="", actor=None, at=NOON)

    assert money_desk(event, at=NOON).owed_by_us == []


def test_the_desk_asks_the_same_few_questions_for_one_order_and_for_three(
    desk, event, policy, django_assert_num_queries
):
    from tests.registration.ordering.conftest import somebody

    ticket_type = make_ticket_type(event)
    orders = [buy(ticket_type, attendee=somebody(number)) for number in range(3)]

    def overpay(order):
        pay(order, external_id=f"A-{order.pk}")
        pay(order, 100, external_id=f"B-{order.pk}")

    overpay(orders[0])
    with django_assert_num_queries(11):
        money_desk(event, at=NOON)
    overpay(orders[1])
    overpay(orders[2])
    with django_assert_num_queries(11):
        money_desk(event, at=NOON)


@pytest.mark.parametrize(
    "what", ["orders/{}/refund", "orders/{}/seat", "orders/{}/send-back", "orders/{}/instalments"]
)
def test_orders_of_another_event_are_a_404(desk, other_event, event, physician_ticket, what):
    order = buy(physician_ticket)

    client = desk
    assert client.post(f"/desk/{other_event.slug}/{what.format(order.pk)}").status_code == 404
