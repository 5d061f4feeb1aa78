"""Faults F2, F3, F4 and F17 for money: clicks, messages, deadlines and providers that hang."""

import contextlib
import datetime as dt
import itertools
import random
import threading
import time
import uuid

import pytest
from django.db import connection, transaction
from django.test import Client

from conference.kernel.money import Money
from registration.models import LedgerEntry, Order, Payment, PaymentAttempt, Refund
from registration.operations.accounts import provider_of
from registration.operations.believing import believe
from registration.operations.expiring import expire_orders
from registration.operations.giving_seats import send_back_and_cancel
from registration.operations.paying import record_payment
from registration.operations.refunding import record_refund_sent
from registration.operations.starting_payments import _intent
from registration.providers.base import ProviderPayment, ProviderUnavailable, Truth
from registration.providers.calling import (
    FAILURES_THAT_OPEN,
    MOST_CALLS_AT_ONCE,
    OPEN_SECONDS,
    Gate,
)
from registration.queries.orders import owed_minor
from registration.rules.refusals import ProviderAway, SoldOut
from registration.states import AttemptState
from tests.conftest import NOON
from tests.payment_simulator import begin, connect
from tests.races.test_last_place import all_at_once, policy
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody

__all__ = ["policy"]
SECOND = dt.timedelta(seconds=1)
STORY = (
    AttemptState.CREATED,
    AttemptState.PENDING,
    AttemptState.REJECTED,
    AttemptState.APPROVED,
    AttemptState.REFUNDED,
)


@pytest.fixture
def started(event, policy, simulator):
    connect(event)
    return begin(buy(make_ticket_type(event)), at=NOON)


def said(attempt, state, **changes) -> Truth:
    """What the provider answered at the moment when the payment was in that state."""
    if state == AttemptState.CREATED:
        return Truth(AttemptState.CREATED)
    payment = ProviderPayment(
        **{
            "reference": "pi_1", "state": state, "amount": attempt.amount,
            "refunded_minor": attempt.amount_minor if state == AttemptState.REFUNDED else 0,
            "attempt_uid": str(attempt.uid), "is_live": False, **changes,
        }
    )  # fmt: skip
    return Truth(AttemptState.CREATED, (payment,))


# F2: double submit, retry -------------------------------------------------------------------------


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_f2_fifty_clicks_at_once_are_one_checkout(event, policy, simulator):
    connect(event)
    order = buy(make_ticket_type(event))

    def click(_number):
        try:
            return begin(order, at=NOON).uid
        except ProviderAway:
            return None  # too many calls at once: "try again in a moment"

    clicks = all_at_once(50, click)

    assert PaymentAttempt.objects.count() == 1
    assert len({one for one in clicks if one}) == 1
    assert len(simulator.world.checkouts) == 1


@pytest.mark.django_db
def test_f2_control_without_the_idempotency_key_a_retry_is_a_second_checkout(started, simulator):
    provider = provider_of(started.account)
    intent = _intent(started)
    provider.start(intent)
    assert len(simulator.world.checkouts) == 1

    from dataclasses import replace

    provider.start(replace(intent, uid=str(uuid.uuid4())))

    assert len(simulator.world.checkouts) == 2


# F3: messages shuffled, repeated, lost ------------------------------------------------------------


@pytest.mark.django_db
def test_f3_all_orders_of_five_news_end_in_the_same_truth(started):
    endings = set()
    for news in itertools.permutations(STORY):
        with transaction.atomic():
            for state in news:
                believe(attempt_id=started.pk, truth=said(started, state), at=NOON)
                believe(attempt_id=started.pk, truth=said(started, state), at=NOON)
            order = Order.objects.get(pk=started.order_id)
            endings.add(
                (
                    PaymentAttempt.objects.get().state, order.state, owed_minor(order),
                    Payment.objects.count(), Refund.objects.count(),
                    tuple(sorted(LedgerEntry.objects.values_list("kind", "amount_minor"))),
                )
            )  # fmt: skip
            transaction.set_rollback(True)

    assert endings == {
        (
            "refunded", "confirmed", 0, 1, 1,
            (("charge", 18000), ("payment", -18000), ("refund", 18000), ("waiver", -18000)),
        )
    }  # fmt: skip


def test_f3_control_the_last_news_wins_is_wrong_in_four_of_five_orders():
    wrong = sum(news[-1] != AttemptState.REFUNDED for news in itertools.permutations(STORY))

    assert wrong == 96


@pytest.mark.django_db
def test_f3_every_subset_of_the_news_leaves_what_it_proves(started):
    """Dropped messages: whatever arrives, the state is the highest of it and money counts once."""
    for number in range(1, 6):
        for news in itertools.combinations(STORY, number):
            with transaction.atomic():
                for state in random.Random(str(news)).sample(news, number):
                    believe(attempt_id=started.pk, truth=said(started, state), at=NOON)
                attempt = PaymentAttempt.objects.get()
                assert attempt.state == news[-1]
                is_money = news[-1] in {AttemptState.APPROVED, AttemptState.REFUNDED}
                assert Payment.objects.count() == is_money
                transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"amount": Money(100, "USD")},
        {"amount": Money(18000, "ARS")},
        {"amount": None},
        {"is_live": True},
        {"attempt_uid": "of-another"},
    ],
    ids=["short", "currency", "no amount", "live", "reference"],
)
def test_f3_money_that_differs_is_never_paid_in_any_order(started, changes):
    for news in itertools.permutations((AttemptState.PENDING, AttemptState.APPROVED)):
        with transaction.atomic():
            for state in news:
                believe(attempt_id=started.pk, truth=said(started, state, **changes), at=NOON)
            assert PaymentAttempt.objects.get().state == "review"
            assert Payment.objects.count() == 0
            transaction.set_rollback(True)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_f3_twenty_workers_with_the_same_news_record_it_once(started):
    all_at_once(
        20,
        lambda _number: believe(
            attempt_id=started.pk, truth=said(started, AttemptState.APPROVED), at=NOON
        ),
    )

    started.order.refresh_from_db()
    assert started.order.state == "confirmed"
    assert Payment.objects.count() == 1
    assert owed_minor(started.order) == 0


# F4: money after the deadline, or after the last place went ---------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", [-1, 0, 1])
@pytest.mark.parametrize("buyer_comes", ["before", "after", "never"])
def test_f4_money_around_the_deadline_is_kept_and_never_oversells(
    event, policy, seconds, buyer_comes
):
    ticket_type = make_ticket_type(event, places=1)
    order = buy(ticket_type)
    at = order.expires_at + seconds * SECOND

    def somebody_else():
        try:
            buy(ticket_type, attendee=somebody(1), at=at)
        except SoldOut:
            return False
        return True

    sold = buyer_comes == "before" and somebody_else()
    pay(order, at=at)
    sold = sold or (buyer_comes == "after" and somebody_else())

    order.refresh_from_db()
    ticket_type.refresh_from_db()
    # At its last second exactly a hold is over, but it is hers until somebody wants it.
    lost = buyer_comes == "before" and seconds >= 0
    assert order.state == ("paid_without_seat" if lost else "confirmed")
    assert sold == lost
    assert ticket_type.places_taken == 1
    assert Payment.objects.get().amount_minor == 18000


def pay(order, *, at, number=0):
    record_payment(
        order_id=order.pk, amount_minor=18000, external_id=f"T-{order.pk}-{number}",
        received_at=at, actor=None, at=at,
    )  # fmt: skip


BOOKS = """
    WITH paid AS (
        SELECT p.order_id, sum(p.amount_minor) - coalesce(sum((
            SELECT sum(f.amount_minor) FROM registration_refund f
            WHERE f.payment_id = p.id AND f.state = 'done')), 0) AS kept
        FROM registration_payment p GROUP BY p.order_id)
    SELECT
        (SELECT max(places_taken - places) FROM registration_tickettype),
        (SELECT sum(places_taken) FROM registration_tickettype),
        (SELECT count(*) FROM registration_registration WHERE state IN ('pending', 'confirmed')),
        (SELECT coalesce(sum(amount_minor), 0) FROM registration_payment),
        (SELECT coalesce(sum(p.kept), 0) FROM registration_order o
            JOIN paid p ON p.order_id = o.id
            WHERE o.state IN ('confirmed', 'paid_without_seat', 'cancelled')),
        (SELECT coalesce(sum(amount_minor), 0) FROM registration_refund WHERE state = 'done'),
        (SELECT json_object_agg(id, state) FROM registration_order)
"""


class Interleavings:
    """
    Random stories of one contested place, as a tree: each leaf is a story unlike all others, and
    those that begin alike share their beginning, so that a thousand of them take seconds.
    """

    DEPTH = 5
    BRANCHES = 4

    def __init__(self, event, *, seed: int) -> None:
        self.chance = random.Random(seed)
        self.ticket_type = make_ticket_type(event, places=1)
        self.stories = 0
        self.endings: set[str] = set()
        self.faults: set[str] = set()

    def walk(self) -> "Interleavings":
        with transaction.atomic():
            deadlines: dict[int, dt.datetime] = {}
            self._act("buy", 0, deadlines, NOON, number=0)
            self._go_on(deadlines, self._look(0), NOON, received=0, depth=0)
            transaction.set_rollback(True)
        return self

    def _go_on(self, deadlines, states, since, *, received, depth) -> None:
        if depth == self.DEPTH:
            self.stories += 1
            self.endings |= set(states.values())
            return
        options = self._options(states, is_last=depth + 1 == self.DEPTH)
        for number, (act, order_id, seconds) in enumerate(
            self.chance.sample(options, self.BRANCHES)
        ):
            with transaction.atomic():
                known = dict(deadlines)
                at = max(since, known[order_id] + seconds * SECOND)
                came = self._act(act, order_id, known, at, number=10 * depth + number)
                news = self._look(received + came)
                self._go_on(known, news, at, received=received + came, depth=depth + 1)
                transaction.set_rollback(True)

    @staticmethod
    def _options(states, *, is_last: bool) -> list[tuple[str, int, int]]:
        """What may come next, around the deadline of one of the orders; a story ends decided."""
        newest = max(states)
        found = [("sweep", newest, seconds) for seconds in (-1, 0, 1)]
        found += [("buy", newest, seconds) for seconds in ((-1,) if is_last else (-1, 0, 1))]
        for order_id, state in states.items():
            if state == "paid_without_seat":
                found += [("send back", order_id, seconds) for seconds in (0, 1)]
            elif not is_last and state != "cancelled":
                found += [("pay", order_id, seconds) for seconds in (-1, 0, 1)]
        return found

    def _act(self, act, order_id, deadlines, at, *, number) -> int:
        if act == "pay":
            record_payment(
                order_id=order_id, amount_minor=18000, external_id=f"T-{order_id}-{number}",
                received_at=at, actor=None, at=at,
            )  # fmt: skip
            return 18000
        if act == "buy":
            with contextlib.suppress(SoldOut):
                bought = buy(self.ticket_type, attendee=somebody(len(deadlines)), at=at)
                deadlines[bought.pk] = bought.expires_at
        elif act == "sweep":
            expire_orders(at=at)
        else:
            for refund in send_back_and_cancel(order_id=order_id, reason="", actor=None, at=at):
                record_refund_sent(
                    refund_id=refund.pk, external_id=f"B-{refund.pk}", actor=None, at=at
                )
        return 0

    def _look(self, received: int) -> dict[int, str]:
        with connection.cursor() as cursor:
            cursor.execute(BOOKS)
            over, taken, holding, recorded, kept, refunded, states = cursor.fetchone()
        if over > 0 or holding != taken:
            self.faults.add("oversold")
        if not received == recorded == kept + refunded:
            self.faults.add("lost")
        return {int(order_id): state for order_id, state in states.items()}


@pytest.mark.django_db
@pytest.mark.slow
def test_f4_in_a_thousand_random_interleavings_no_money_is_lost_and_nothing_oversold(event, policy):
    told = Interleavings(event, seed=4).walk()

    assert told.stories == 1024
    assert told.faults == set()
    # Stories that never came there would prove nothing.
    assert told.endings == {"pending", "confirmed", "expired", "paid_without_seat", "cancelled"}


@pytest.mark.django_db
@pytest.mark.usefixtures("policy")
@pytest.mark.parametrize(
    ("unprotected", "fault"),
    [("reviving.take_seats", "oversold"), ("paying._revive_or_wait", "lost")],
    ids=["takes no seat again", "forgets late money"],
)
def test_f4_control_without_the_protection_the_same_stories_end_badly(
    event, monkeypatch, unprotected, fault
):
    monkeypatch.setattr(f"registration.operations.{unprotected}", lambda *_, **__: None)
    monkeypatch.setattr(Interleavings, "DEPTH", 4)

    assert fault in Interleavings(event, seed=4).walk().faults


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_f4_late_money_and_a_new_buyer_race_for_the_last_place(event, policy):
    for round_number in range(6):
        ticket_type = make_ticket_type(event, f"kind-{round_number}", places=1)
        order = buy(ticket_type, attendee=somebody(100 + round_number))
        at = order.expires_at + SECOND

        def act(number, order=order, ticket_type=ticket_type, at=at):
            if number == 0:
                return pay(order, at=at)
            try:
                buy(
                    ticket_type,
                    attendee=somebody(1000 + 10 * number),
                    at=at,
                    submission_token=f"{ticket_type.pk}-{number}",
                )
            except Exception as refusal:  # noqa: BLE001 - sold out, or registered in another round
                return type(refusal).__name__
            return "sold"

        outcomes = all_at_once(4, act)

        order.refresh_from_db()
        ticket_type.refresh_from_db()
        assert ticket_type.places_taken == 1
        assert (order.state == "confirmed") != ("sold" in outcomes)
        assert order.payments.count() == 1


# F17: a provider that hangs -----------------------------------------------------------------------


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_f17_a_hanging_provider_holds_few_threads_and_no_other_page(
    event, policy, simulator, monkeypatch
):
    monkeypatch.setattr("registration.providers.stripe.READ_SECONDS", 3.0)
    simulator.world.mode, simulator.world.hang_seconds = "hang", 3.5
    connect(event)
    ticket_type = make_ticket_type(event, places=100)
    orders = [buy(ticket_type, attendee=somebody(number)) for number in range(20)]
    over = threading.Event()
    pages_meanwhile = []

    def act(number):
        if number == 20:
            while not over.is_set():
                if simulator.world.inside:
                    assert Client().get("/livez").status_code == 200
                    pages_meanwhile.append(simulator.world.inside)
                time.sleep(0.02)
            return
        with pytest.raises(ProviderAway):
            begin(orders[number], at=NOON)
        if number == 0:
            time.sleep(0.5)
            over.set()

    all_at_once(21, act)

    assert simulator.world.most_at_once == MOST_CALLS_AT_ONCE
    assert pages_meanwhile
    assert {order.state for order in Order.objects.all()} == {"pending"}


@pytest.mark.django_db
def test_f17_a_place_stays_held_and_the_payment_can_be_begun_again(event, policy, simulator):
    connect(event)
    order = buy(make_ticket_type(event))
    simulator.world.mode = "error"
    for _time in range(FAILURES_THAT_OPEN + 3):
        with pytest.raises(ProviderAway):
            begin(order, at=NOON)
    assert simulator.world.calls == FAILURES_THAT_OPEN  # then the breaker was open
    assert PaymentAttempt.objects.count() == 1


def test_f17_the_breaker_lets_one_call_try_after_a_while_and_closes_on_an_answer():
    now = 0.0
    gate = Gate(clock=lambda: now)

    def call(*, fails):
        with gate.passing():
            if fails:
                raise ProviderUnavailable("no answer")

    for _time in range(FAILURES_THAT_OPEN):
        with pytest.raises(ProviderUnavailable, match="no answer"):
            call(fails=True)
    with pytest.raises(ProviderUnavailable, match="too often"):
        call(fails=False)
    now = OPEN_SECONDS + 1
    with pytest.raises(ProviderUnavailable, match="no answer"):
        call(fails=True)
    with pytest.raises(ProviderUnavailable, match="too often"):
        call(fails=False)
    now = 2 * OPEN_SECONDS + 2
    call(fails=False)
    call(fails=False)


def test_f17_control_without_the_gate_everybody_waits():
    entered = 0
    gate = Gate(most_at_once=100)
    with gate.passing(), gate.passing(), gate.passing(), gate.passing(), gate.passing():
        entered = 5
    narrow = Gate(most_at_once=4)
    with (
        narrow.passing(), narrow.passing(), narrow.passing(), narrow.passing(),
        pytest.raises(ProviderUnavailable, match="at once"), narrow.passing(),
    ):  # fmt: skip
        entered = 0

    assert entered == 5
