"""The withdrawal link: the same answer to everybody, a code to the buyer, a queue for the desk."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from conference.kernel.errors import InputRefused, TransitionRefused
from conference.models import EmailMessage, HistoryEntry
from registration.models import Order, RegistrationPolicy, Withdrawal
from registration.operations.withdrawing import answer_withdrawal, request_withdrawal
from registration.rules.withdrawing import is_in_time
from tests.conftest import NOON, signed_in
from tests.registration.ordering.conftest import (  # noqa: F401 - fixtures
    ANA,
    buy,
    physician_ticket,
    policy,
)

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
LATER = NOON + dt.timedelta(days=3)


@pytest.fixture
def order(physician_ticket) -> Order:  # noqa: F811
    RegistrationPolicy.objects.update(withdrawal_link=True)
    order = buy(physician_ticket)
    EmailMessage.objects.all().delete()
    return order


def withdraw(order: Order, **changes):
    return request_withdrawal(
        **{"reference": order.reference, "email": ANA.email, "at": LATER, **changes}
    )


def letters() -> list[tuple[str, str]]:
    found = EmailMessage.objects.order_by("pk").values_list("kind", "to_address")
    return [(kind.rpartition("/")[2], address) for kind, address in found]


def test_a_withdrawal_is_kept_and_told_to_both(order):
    withdrawal = withdraw(order)

    assert (withdrawal.order, withdrawal.state, withdrawal.requested_at) == (order, "open", LATER)
    assert letters() == [
        ("withdrawal_requested", ANA.email),
        ("withdrawal_to_answer", "congreso@example.org"),
    ]
    buyer = EmailMessage.objects.get(to_address=ANA.email)
    assert withdrawal.code in buyer.subject
    assert withdrawal.code in buyer.text_body
    history = HistoryEntry.objects.get(action="order.withdrawal_requested")
    assert (history.subject_id, history.data) == (order.pk, {"withdrawal": withdrawal.pk})
    order.refresh_from_db()
    assert order.state == "pending"


def test_the_reference_may_be_written_as_people_do_and_the_address_in_any_case(order):
    written = f" {order.reference[:4].lower()}-{order.reference[4:].lower()} "

    assert withdraw(order, reference=written, email=f" {ANA.email.upper()} ") is not None


def test_asking_again_changes_nothing(order):
    first = withdraw(order)

    assert withdraw(order, at=LATER + dt.timedelta(hours=1)) == first
    assert (Withdrawal.objects.count(), len(letters())) == (1, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "somebody@example.org"},
        {"reference": "R7K2-9QXD"},
        {"reference": ""},
        {"reference": "x" * 5000},
        {"email": ""},
    ],
)
def test_who_does_not_know_both_changes_nothing(order, changes):
    assert withdraw(order, **changes) is None
    assert not Withdrawal.objects.exists()
    assert letters() == []


def test_without_the_switch_there_is_no_withdrawal(order):
    RegistrationPolicy.objects.update(withdrawal_link=False)

    assert withdraw(order) is None
    assert not Withdrawal.objects.exists()


def answer(withdrawal: Withdrawal, *, is_accepted=False, reason="It was used.", **changes):
    return answer_withdrawal(
        **{
            "withdrawal_id": withdrawal.pk,
            "event_id": withdrawal.event_id,
            "is_accepted": is_accepted,
            "reason": reason,
            "actor": None,
            "at": LATER,
            **changes,
        }
    )


def test_the_buyer_is_told_the_answer_and_may_ask_again_after_a_refusal(order):
    withdrawal = withdraw(order)

    answered = answer(withdrawal)

    assert (answered.state, answered.answered_at, answered.reason) == (
        "refused", LATER, "It was used.",
    )  # fmt: skip
    assert letters()[2:] == [("withdrawal_answered", ANA.email)]
    assert "It was used." in EmailMessage.objects.order_by("pk").last().text_body
    assert withdraw(order) != withdrawal


def test_an_answer_is_given_once_and_a_refusal_has_a_reason(order):
    withdrawal = withdraw(order)

    with pytest.raises(InputRefused):
        answer(withdrawal, reason="  ")
    with pytest.raises(InputRefused):
        answer(withdrawal, reason="x" * 501)
    withdrawal.refresh_from_db()
    assert withdrawal.state == "open"
    answer(withdrawal, is_accepted=True, reason="")
    with pytest.raises(TransitionRefused):
        answer(withdrawal)
    withdrawal.refresh_from_db()
    assert (withdrawal.state, withdrawal.reason) == ("accepted", "")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("withdrawal_answered_has_its_time", {"state": "accepted"}),
        ("withdrawal_answered_has_its_time", {"answered_at": LATER}),
        ("withdrawal_refused_has_its_reason", {"state": "refused", "answered_at": LATER}),
    ],
)
def test_a_half_answered_withdrawal_is_refused_by_the_database(order, name, change):
    withdrawal = withdraw(order)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Withdrawal.objects.filter(pk=withdrawal.pk).update(**change)


def test_the_ten_days_are_counted_from_the_order():
    assert is_in_time(placed_at=NOON, requested_at=NOON + dt.timedelta(days=10))
    assert not is_in_time(placed_at=NOON, requested_at=NOON + dt.timedelta(days=10, seconds=1))


def test_the_page_says_the_same_to_who_knows_and_who_guesses(order):
    client = Client(**ENGLISH)

    known = client.post("/withdrawal/", {"reference": order.reference, "email": ANA.email})
    guessed = client.post("/withdrawal/", {"reference": "AAAA-AAAA", "email": "x@example.org"})

    assert (known.status_code, guessed.status_code) == (200, 200)
    token = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
    assert token.sub(b"", known.content) == token.sub(b"", guessed.content)
    assert "We have received it." in known.content.decode()
    assert Withdrawal.objects.count() == 1


def test_a_form_that_cannot_be_read_is_shown_again(order):
    answer = Client(**ENGLISH).post("/withdrawal/", {"reference": "AAAA", "email": "not-one"})

    assert answer.status_code == 422
    assert 'value="not-one"' in answer.content.decode()


def test_the_link_is_shown_where_an_event_has_it(order, event):
    client = Client(**ENGLISH)
    assert client.get("/withdrawal/").status_code == 200
    assert "/withdrawal/" in client.get(f"/e/{event.slug}/").content.decode()
    assert f"/withdrawal/?reference={order.reference}" in (
        client.get(f"/o/{order.token}/").content.decode()
    )

    RegistrationPolicy.objects.update(withdrawal_link=False)

    assert client.get("/withdrawal/").status_code == 404
    for page in ("/", f"/e/{event.slug}/", f"/o/{order.token}/"):
        # With a query a page is made anew; without, it may be a second old.
        assert "/withdrawal/" not in client.get(f"{page}?again=1").content.decode()


def test_who_asks_too_often_waits(order):
    cache.clear()
    client = Client(REMOTE_ADDR="192.0.2.9", **ENGLISH)
    sent = {"reference": "AAAA-AAAA", "email": "x@example.org"}

    answers = [client.post("/withdrawal/", sent) for _ in range(21)]

    assert [one.status_code for one in answers] == [200] * 20 + [429]
    assert answers[-1]["Retry-After"] == "60"
    assert 'value="x@example.org"' in answers[-1].content.decode()


def test_an_organiser_answers_on_the_desk(order, event, organiser):
    withdrawal = withdraw(order)
    client = signed_in(organiser)
    desk = f"/desk/{event.slug}/withdrawals/"

    assert withdrawal.code in client.get(desk).content.decode()
    empty = client.post(f"{desk}{withdrawal.pk}/answer", {"answer": "refused", "reason": ""})
    assert empty["Location"] == desk
    withdrawal.refresh_from_db()
    assert withdrawal.state == "open"
    done = client.post(f"{desk}{withdrawal.pk}/answer", {"answer": "accepted"})

    assert done["Location"] == f"/desk/{event.slug}/orders/{order.pk}/"
    withdrawal.refresh_from_db()
    assert (withdrawal.state, withdrawal.answered_by) == ("accepted", organiser)
    assert client.post(f"{desk}999999/answer", {"answer": "accepted"}).status_code == 404
