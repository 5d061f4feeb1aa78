"""
A freed place, many who want it, real connections: it goes to the first in line, once.

The controls take a guard away and must fail: without the lock of the line one place is offered
twice; without the count of who waits a buyer passes the line.
"""

import threading

import pytest

from conference.kernel.errors import TransitionRefused
from registration.models import Order, Registration, RegistrationPolicy, TicketType, WaitingEntry
from registration.operations.accepting import accept_offer
from registration.operations.cancelling import cancel_order
from registration.operations.offering import decline_offer, lapse_offer, offer_freed_places
from registration.operations.queueing import leave_waiting_list, wait_with_fewer
from registration.queries.queueing import own_free
from registration.rules.refusals import (
    AlreadyWaiting,
    InAnotherHand,
    OfferIsOver,
    PlacesAreFree,
)
from tests.conftest import NOON
from tests.races.test_last_place import all_at_once, outcome
from tests.registration.ordering.conftest import buy, somebody, wish
from tests.registration.waiting.conftest import join, line, sold_out, states

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TOGETHER = 12


@pytest.fixture
def policy(event):
    return RegistrationPolicy.objects.create(
        event=event, opens_at=NOON.replace(year=2020), closes_at=NOON.replace(year=2028),
        terms="Be kind.", terms_version="1",
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _nobody_wakes_the_lines(monkeypatch):
    """The tests call for the service themselves, all at once."""
    monkeypatch.setattr(
        "registration.operations.standing_in_line.after_commit", lambda *_, **__: None
    )


def cancel(order):
    cancel_order(order_id=order.pk, actor=None, at=NOON)


def counters(course):
    course.refresh_from_db()
    offered = WaitingEntry.objects.filter(state="offered")
    held = Registration.objects.holding_a_place().count() + sum(one.party_size for one in offered)
    waiting = sum(one.party_size for one in WaitingEntry.objects.filter(state="waiting"))
    assert (course.places_taken, course.waiting) == (held, waiting)
    return course.places_taken, course.waiting


def test_one_freed_place_is_one_offer_however_many_serve_the_line(event, policy):
    course, [order] = sold_out(event)
    entries = [join(course, number) for number in range(3)]
    cancel(order)

    offers = all_at_once(TOGETHER, lambda _n: offer_freed_places(line(course), at=NOON))

    assert sum(offers) == 1
    assert states(*entries) == ["offered", "waiting", "waiting"]
    assert counters(course) == (1, 2)


def test_without_the_lock_of_the_line_one_place_is_offered_twice(event, policy):
    """The control: look first, all of them, then act by what was seen."""
    course, [order] = sold_out(event)
    join(course, 1)
    join(course, 2)
    cancel(order)
    everybody_has_looked = threading.Barrier(2)

    def look_then_offer(number):
        free = own_free(TicketType.objects.get(pk=course.pk))
        entry = WaitingEntry.objects.filter(state="waiting").order_by("turn")[number]
        everybody_has_looked.wait(timeout=30)
        return (
            WaitingEntry.objects.filter(pk=entry.pk).update(
                state="offered", offered_at=NOON, offer_ends_at=NOON.replace(year=2028)
            )
            if free
            else 0
        )

    assert all_at_once(2, look_then_offer) == [1, 1]

    WaitingEntry.objects.all().delete()


def test_buyers_never_pass_the_line_while_a_place_is_freed(event, policy):
    course, orders = sold_out(event, places=2)
    first, second = join(course, 1), join(course, 2)

    def act(number):
        if number < 2:
            cancel(orders[number])
            return "freed"
        if number < 4:
            return offer_freed_places(line(course), at=NOON)
        return outcome(lambda: buy(course, attendee=somebody(100 + number)))

    outcomes = all_at_once(TOGETHER, act)
    offer_freed_places(line(course), at=NOON)

    assert outcomes[4:] == ["sold_out"] * (TOGETHER - 4)
    assert states(first, second) == ["offered", "offered"]
    assert counters(course) == (2, 0)


def test_without_the_count_of_who_waits_a_buyer_passes_the_line(event, policy):
    course, [order] = sold_out(event)
    first = join(course, 1)
    cancel(order)
    TicketType.objects.filter(pk=course.pk).update(waiting=0)  # the guard is off

    assert outcome(lambda: buy(course, attendee=somebody(100))) == "sold"

    assert offer_freed_places(line(course), at=NOON) == 0
    assert states(first) == ["waiting"]
    TicketType.objects.filter(pk=course.pk).update(waiting=1)


def test_a_double_click_on_an_offer_is_one_order(event, policy):
    course, [order] = sold_out(event)
    entry = join(course, 1)
    cancel(order)
    offer_freed_places(line(course), at=NOON)

    orders = all_at_once(
        TOGETHER,
        lambda _n: accept_offer(
            entry_id=entry.pk, people=[wish(course)], payment_method="bank_transfer",
            terms_accepted=True, language="en", actor=None, at=NOON,
        ).pk,
    )  # fmt: skip

    assert len(set(orders)) == 1
    assert Order.objects.filter(state="pending").count() == 1
    assert counters(course) == (1, 0)


def test_accepting_declining_and_lapsing_at_once_leave_one_truth(event, policy):
    course, [order] = sold_out(event)
    first, second = join(course, 1), join(course, 2)
    cancel(order)
    offer_freed_places(line(course), at=NOON)
    first.refresh_from_db()

    def act(number):
        try:
            if number % 3 == 0:
                return accept_offer(
                    entry_id=first.pk, people=[wish(course)], payment_method="bank_transfer",
                    terms_accepted=True, language="en", actor=None, at=NOON,
                ).state  # fmt: skip
            if number % 3 == 1:
                return decline_offer(entry_id=first.pk, actor=None, at=NOON).state
            return lapse_offer(entry_id=first.pk, at=first.offer_ends_at)
        except (OfferIsOver, InAnotherHand, TransitionRefused) as refusal:
            return refusal.code

    all_at_once(TOGETHER, act)
    offer_freed_places(line(course), at=NOON)

    [state_of_first, state_of_second] = states(first, second)
    assert state_of_first in ("accepted", "declined", "lapsed")
    assert state_of_second == ("waiting" if state_of_first == "accepted" else "offered")
    assert counters(course) == (1, 1 if state_of_first == "accepted" else 0)


def test_joining_while_a_place_becomes_free_forgets_nobody(event, policy):
    course, [order] = sold_out(event)

    def act(number):
        try:
            if number == 0:
                cancel(order)
                return "freed"
            return join(course, number).state
        except PlacesAreFree as refusal:
            return refusal.code

    outcomes = all_at_once(TOGETHER, act)
    offers = offer_freed_places(line(course), at=NOON)

    joined = outcomes.count("waiting")
    assert joined + outcomes.count("places_are_free") == TOGETHER - 1
    assert offers == min(joined, 1)
    assert counters(course) == (offers, joined - offers)
    turns = list(WaitingEntry.objects.order_by("turn").values_list("turn", flat=True))
    assert turns == list(range(1, joined + 1))


def test_one_address_that_joins_many_times_at_once_stands_once(event, policy):
    course, _orders = sold_out(event)

    def act(_number):
        try:
            return join(course, 1).state
        except AlreadyWaiting as refusal:
            return refusal.code

    outcomes = all_at_once(TOGETHER, act)

    assert sorted(outcomes) == ["already_waiting"] * (TOGETHER - 1) + ["waiting"]
    assert counters(course) == (1, 1)


def test_leaving_shrinking_and_offering_at_once_keep_the_counters(event, policy):
    course, orders = sold_out(event, places=3)
    entries = [join(course, number, party_size=2) for number in range(4)]

    def act(number):
        try:
            if number < 3:
                cancel(orders[number])
            elif number < 5:
                leave_waiting_list(entry_id=entries[number - 3].pk, actor=None, at=NOON)
            elif number < 8:
                wait_with_fewer(entry_id=entries[number - 4].pk, party_size=1, actor=None, at=NOON)
            else:
                offer_freed_places(line(course), at=NOON)
        except (TransitionRefused, InAnotherHand):
            pass

    all_at_once(TOGETHER, act)
    offer_freed_places(line(course), at=NOON)

    taken, _waiting = counters(course)
    assert taken <= 3
    smallest = min(
        (one.party_size for one in WaitingEntry.objects.filter(state="waiting")), default=99
    )
    assert 3 - taken < smallest
