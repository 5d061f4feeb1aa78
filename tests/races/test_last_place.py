"""
Many buyers, few places, real connections.

The control takes the guard away — it counts, then inserts, without the constraint — and must
oversell: else the race above proves nothing.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.db.models import F

from conference.models import EmailMessage
from registration.models import Badge, Order, Registration, TicketType
from registration.operations.expiring import expire_orders
from registration.operations.paying import record_payment
from registration.queries.orders import owed_minor
from registration.rules.refusals import SoldOut, WorkshopFull
from tests.conftest import NOON
from tests.registration.ordering.conftest import ANA, buy, make_ticket_type, somebody

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
BUYERS = 24


@pytest.fixture
def policy(event):
    from registration.models import RegistrationPolicy

    return RegistrationPolicy.objects.create(
        event=event, opens_at=event.published_at, closes_at=NOON.replace(year=2028),
        terms="Be kind.", terms_version="1",
    )  # fmt: skip


def all_at_once(number_of_people, act):
    """Run `act(number)` in as many threads, started together; the results in order."""
    together = threading.Barrier(number_of_people)

    def one(number):
        try:
            connection.ensure_connection()
            together.wait(timeout=30)
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number_of_people) as pool:
        return list(pool.map(one, range(number_of_people)))


def outcome(act):
    try:
        act()
    except (SoldOut, WorkshopFull) as refusal:
        return refusal.code
    return "sold"


def test_the_last_places_are_sold_exactly_once(event, policy):
    ticket_type = make_ticket_type(event, places=5)

    outcomes = all_at_once(
        BUYERS, lambda n: outcome(lambda: buy(ticket_type, attendee=somebody(n)))
    )

    ticket_type.refresh_from_db()
    assert sorted(outcomes) == ["sold"] * 5 + ["sold_out"] * (BUYERS - 5)
    assert ticket_type.places_taken == 5
    assert Registration.objects.holding_a_place().count() == 5
    assert EmailMessage.objects.count() == 5
    assert [owed_minor(order) for order in Order.objects.all()] == [18000] * 5


def test_the_last_workshop_seats_are_booked_exactly_once(event, policy):
    from registration.models import Workshop, WorkshopBooking

    ticket_type = make_ticket_type(event, places=100)
    workshops = [
        Workshop.objects.create(event=event, slug=slug, name=slug, price_minor=0, seats=3)
        for slug in ("airway", "ultrasound")
    ]

    # Half of them name the workshops in the other order: no deadlock.
    outcomes = all_at_once(
        BUYERS,
        lambda n: outcome(
            lambda: buy(ticket_type, attendee=somebody(n), workshops=workshops[:: (-1) ** n])
        ),
    )

    ticket_type.refresh_from_db()
    assert sorted(outcomes) == ["sold"] * 3 + ["workshop_full"] * (BUYERS - 3)
    assert ticket_type.places_taken == 3
    assert WorkshopBooking.objects.count() == 6
    assert [workshop.seats_taken for workshop in Workshop.objects.all()] == [3, 3]


def test_without_the_guard_the_same_race_oversells(event, policy):
    ticket_type = make_ticket_type(event, places=5)
    table = TicketType._meta.db_table
    everybody_has_looked = threading.Barrier(BUYERS)

    def count_then_insert(_number):
        free = TicketType.objects.get(pk=ticket_type.pk).places_left
        everybody_has_looked.wait(timeout=30)
        if free < 1:
            return "sold_out"
        TicketType.objects.filter(pk=ticket_type.pk).update(places_taken=F("places_taken") + 1)
        return "sold"

    definition = "CHECK (places_taken >= 0 AND places_taken <= places)"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT ticket_type_never_oversold")
    try:
        outcomes = all_at_once(BUYERS, count_then_insert)
        ticket_type.refresh_from_db()
    finally:
        TicketType.objects.filter(pk=ticket_type.pk).update(places_taken=0)
        with connection.cursor() as cursor:
            cursor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT ticket_type_never_oversold {definition}"
            )

    assert outcomes == ["sold"] * BUYERS
    assert ticket_type.places_taken == BUYERS > ticket_type.places


def test_fifty_identical_forms_are_one_order(event, policy):
    ticket_type = make_ticket_type(event)

    orders = all_at_once(50, lambda _n: buy(ticket_type, attendee=ANA).pk)

    ticket_type.refresh_from_db()
    assert len(set(orders)) == 1
    assert Order.objects.count() == Registration.objects.count() == 1
    assert ticket_type.places_taken == 1
    assert EmailMessage.objects.count() == 1


def test_an_overdue_hold_is_given_to_one_of_many_buyers(event, policy):
    import datetime as dt

    ticket_type = make_ticket_type(event, places=1)
    held = buy(ticket_type, at=NOON - dt.timedelta(days=6))

    outcomes = all_at_once(
        BUYERS, lambda n: outcome(lambda: buy(ticket_type, attendee=somebody(n)))
    )

    held.refresh_from_db()
    ticket_type.refresh_from_db()
    assert held.state == "expired"
    assert outcomes.count("sold") == 1
    assert ticket_type.places_taken == 1


def test_a_payment_and_an_expiry_at_once_leave_one_truth(event, policy):
    import datetime as dt

    ticket_type = make_ticket_type(event, places=4)
    late = NOON + dt.timedelta(days=6)
    orders = [buy(ticket_type, attendee=somebody(n)) for n in range(4)]

    def act(number):
        if number % 2:
            expire_orders(at=late)
        else:
            order = orders[number // 2]
            record_payment(
                order_id=order.pk, amount_minor=18000, external_id=f"T-{order.pk}",
                received_at=late, actor=None, at=late,
            )  # fmt: skip

    all_at_once(8, act)
    expire_orders(at=late)

    ticket_type.refresh_from_db()
    for order in orders:
        order.refresh_from_db()
    assert [order.state for order in orders] == ["confirmed"] * 4
    assert ticket_type.places_taken == 4
    assert [owed_minor(order) for order in orders] == [0] * 4
    assert Badge.objects.count() == 4


def test_the_same_transfer_recorded_by_two_organisers_counts_once(event, policy):
    order = buy(make_ticket_type(event))

    payments = all_at_once(
        8,
        lambda _n: record_payment(
            order_id=order.pk, amount_minor=10000, external_id="T-1",
            received_at=NOON, actor=None, at=NOON,
        ).pk,
    )  # fmt: skip

    assert len(set(payments)) == 1
    assert owed_minor(order) == 8000
