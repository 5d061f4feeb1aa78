"""
Faults F18 and F19: no connection to be had, nobody sweeping.

Each has a control: without the protection the same test would fail.
"""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client

from registration.models import Order, TicketType
from registration.operations.ordering import place_order
from registration.rules.refusals import SoldOut
from tests.conftest import NOON
from tests.registration.ordering.conftest import buy, make_ticket_type, policy, somebody

__all__ = ["policy"]
pytestmark = pytest.mark.django_db(transaction=True)
SEATS = 40


def test_f18_without_a_connection_the_answer_is_come_back_and_then_all_is_well(event, monkeypatch):
    address = f"/e/{event.slug}/"
    connection.close()
    # Nobody listens there. The server's own connections are shared with the other tests.
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    busy = Client(raise_request_exception=False).get(address)
    connection.close()
    monkeypatch.undo()

    assert (busy.status_code, busy["Retry-After"]) == (503, "5")
    assert Client().get(address).status_code == 200


def test_f18_who_sleeps_in_a_transaction_is_sent_away(event):
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        (after,) = cursor.fetchone()
        cursor.execute("SHOW lock_timeout")
        (lock,) = cursor.fetchone()

    assert (after, lock) == ("1min", "5s")


def sell_out(event, hour):
    ticket_type = make_ticket_type(event, places=SEATS)
    for number in range(SEATS):
        buy(ticket_type, attendee=somebody(number), at=hour)
    return ticket_type


def test_f19_with_the_sweeper_dead_the_next_forty_get_the_seats_nobody_paid(event, policy):
    ticket_type = sell_out(event, NOON - dt.timedelta(days=9))

    for number in range(SEATS):
        buy(ticket_type, attendee=somebody(SEATS + number), at=NOON)
    with pytest.raises(SoldOut):
        buy(ticket_type, attendee=somebody(2 * SEATS), at=NOON)

    ticket_type.refresh_from_db()
    assert ticket_type.places_taken == SEATS
    assert Order.objects.filter(state="expired").count() == SEATS
    assert Order.objects.filter(state="pending").count() == SEATS


def test_f19_control_without_looking_at_deadlines_nobody_gets_a_seat(event, policy, monkeypatch):
    ticket_type = sell_out(event, NOON - dt.timedelta(days=9))
    monkeypatch.setitem(place_order.__globals__, "expire_overdue_holds", lambda **_everything: 0)

    with pytest.raises(SoldOut):
        buy(ticket_type, attendee=somebody(SEATS), at=NOON)

    assert TicketType.objects.get().places_taken == SEATS
    assert not Order.objects.filter(state="expired").exists()
