"""What is forgotten by schedule, and the attempts that nobody waits for any more."""

import datetime as dt
import hashlib

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from conference.models import HistoryEntry
from registration.models import PaymentAttempt, TicketType, WaitingEntry, WebhookMessage
from registration.operations.asking import ask_about
from registration.operations.forgetting import forget_old_records
from registration.operations.queueing import leave_waiting_list
from registration.queries.desk_money import money_desk
from registration.queries.orders import owed_minor
from tests.conftest import NOON
from tests.payment_simulator import begin, connect
from tests.registration.ordering.conftest import buy, make_ticket_type, policy  # noqa: F401
from tests.registration.waiting.conftest import join

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def full(event, policy) -> TicketType:  # noqa: F811
    ticket_type = make_ticket_type(event, places=1)
    buy(ticket_type)
    return ticket_type


def test_who_left_the_waiting_list_is_forgotten_after_ninety_days(full):
    entry = join(full, 1)
    leave_waiting_list(entry_id=entry.pk, actor=None, at=NOON)

    assert forget_old_records(at=NOON + 90 * DAY) == 0
    assert forget_old_records(at=NOON + 90 * DAY + dt.timedelta(seconds=1)) == 1
    assert forget_old_records(at=NOON + 91 * DAY) == 0

    entry.refresh_from_db()
    assert (entry.name, entry.email, entry.state) == ("—", "", "left")
    assert HistoryEntry.objects.filter(action="waiting.forgotten").get().subject_id == entry.pk


def test_the_policy_says_how_many_days(full, policy):  # noqa: F811
    policy.kept_days = 10
    policy.save(update_fields=("kept_days",))
    entry = join(full, 1)
    leave_waiting_list(entry_id=entry.pk, actor=None, at=NOON)

    assert forget_old_records(at=NOON + 11 * DAY) == 1


def test_whoever_still_stands_in_line_long_after_the_event_leaves_and_is_forgotten(full, event):
    entry = join(full, 1)
    assert forget_old_records(at=NOON + 60 * DAY) == 0

    assert forget_old_records(at=NOON + 120 * DAY) == 1

    entry.refresh_from_db()
    full.refresh_from_db()
    assert (entry.state, entry.email, full.waiting) == ("left", "", 0)
    assert entry.ended_at.astimezone(event.zone).date() == event.last_day + DAY


def test_the_database_forgets_nobody_who_still_waits(full):
    entry = join(full, 1)
    for changes in ({"email": ""}, {"forgotten_at": NOON, "email": ""}, {"forgotten_at": NOON}):
        with (
            pytest.raises(IntegrityError, match="waiting_entry_forgotten_after_its_end"),
            transaction.atomic(),
        ):
            WaitingEntry.objects.filter(pk=entry.pk).update(**changes)


@pytest.fixture
def message(event, policy, simulator):  # noqa: F811
    account = connect(event)
    return WebhookMessage.objects.create(
        account=account, event_id="evt_1", kind="x", signature_ok=True, body='{"email": "ana"}',
        received_at=NOON, processed_at=NOON,
    )  # fmt: skip


def test_the_words_of_a_provider_give_way_to_their_hash(message):
    words = message.body
    assert forget_old_records(at=NOON + 90 * DAY) == 0
    assert forget_old_records(at=NOON + 91 * DAY) == 1
    assert forget_old_records(at=NOON + 92 * DAY) == 0

    message.refresh_from_db()
    assert message.body == "sha256:" + hashlib.sha256(words.encode()).hexdigest()
    assert message.event_id == "evt_1"


def test_a_message_that_nobody_has_read_keeps_its_words(message):
    WebhookMessage.objects.filter(pk=message.pk).update(processed_at=None)

    assert forget_old_records(at=NOON + 400 * DAY) == 0


def test_a_forged_message_is_forgotten_too(message):
    WebhookMessage.objects.create(
        account=message.account, event_id="evt_2", kind="x", signature_ok=False, body="{}",
        received_at=NOON,
    )  # fmt: skip

    assert forget_old_records(at=NOON + 91 * DAY) == 2


@pytest.mark.parametrize("body", ["", "{}", "sha256:" + "0" * 64])
def test_the_database_lets_a_message_give_way_to_nothing_but_its_hash(message, body):
    with pytest.raises(DatabaseError, match="stays as it came"), transaction.atomic():
        WebhookMessage.objects.filter(pk=message.pk).update(body=body)


# --- A session that was left open ----------------------------------------------------------------


@pytest.fixture
def begun_twice(event, policy, simulator):  # noqa: F811
    """She began by card, then by Mercado Pago: two pages of providers are open."""
    connect(event, currencies=["ARS"])
    connect(event, "mercado_pago", currencies=["ARS"])
    order = buy(make_ticket_type(event, currency="ARS"))
    return order, begin(order, at=NOON), begin(order, at=NOON, provider="mercado_pago")


def states(*attempts) -> list[str]:
    return [PaymentAttempt.objects.get(pk=attempt.pk).state for attempt in attempts]


def test_when_one_way_is_paid_the_others_are_no_longer_waited_for(begun_twice, simulator):
    order, by_card, by_mercado_pago = begun_twice
    simulator.press(by_mercado_pago, "silent")

    ask_about(attempt_id=by_mercado_pago.pk, at=NOON)

    order.refresh_from_db()
    assert order.state == "confirmed"
    assert states(by_card, by_mercado_pago) == ["rejected", "approved"]


def test_money_that_still_comes_by_the_old_page_waits_to_be_sent_back(
    begun_twice, simulator, event
):
    order, by_card, by_mercado_pago = begun_twice
    simulator.press(by_mercado_pago, "silent")
    ask_about(attempt_id=by_mercado_pago.pk, at=NOON)
    simulator.press(by_card, "silent")
    assert money_desk(event, at=NOON).owed_by_us == []

    # No message ever comes: the reconciliation asks about the old page for an hour after its end.
    assert PaymentAttempt.objects.get(pk=by_card.pk).next_fetch_at is not None
    ask_about(attempt_id=by_card.pk, at=NOON + dt.timedelta(minutes=3))

    assert states(by_card, by_mercado_pago) == ["approved", "approved"]
    assert (order.payments.count(), owed_minor(order)) == (2, -18000)
    (waiting,) = money_desk(event, at=NOON).owed_by_us
    assert (waiting.order, waiting.money.amount_minor) == (order, 18000)


def test_a_part_that_is_paid_closes_nothing(begun_twice):
    order, by_card, by_mercado_pago = begun_twice
    from tests.registration.money.conftest import pay

    pay(order, 100)

    assert states(by_card, by_mercado_pago) == ["created", "created"]
