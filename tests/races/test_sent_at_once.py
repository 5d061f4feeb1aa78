"""
A program that sends the same action again before the first was answered.

The control sends it without its key: then the others are told that there is nothing to do.
"""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from conference.operations.keys import make_key
from conference.states import ApiScope
from registration.models import Order, TicketType
from registration.queries.orders import owed_minor
from tests.races.test_last_place import all_at_once, policy  # noqa: F401 - a fixture
from tests.registration.ordering.conftest import buy, make_ticket_type

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TIMES = 6


@pytest.mark.parametrize(
    ("headers", "statuses"),
    [({"Idempotency-Key": "k1"}, [200] * TIMES), ({}, [200] + [409] * (TIMES - 1))],
    ids=["with a key", "control without"],
)
def test_an_order_is_cancelled_once(event, policy, headers, statuses):  # noqa: F811
    order = buy(make_ticket_type(event))
    at = timezone.now()
    written = make_key(
        event_id=event.pk, name="Agency", scopes=[ApiScope.ORDERS_WRITE],
        expires_at=at + dt.timedelta(days=1), actor=None, at=at,
    ).written  # fmt: skip
    path = f"/api/v1/events/{event.slug}/desk/orders/{order.reference}/cancel/"

    answers = all_at_once(
        TIMES,
        lambda _number: Client().post(
            path,
            {},
            content_type="application/json",
            headers={"Authorization": f"Api-Key {written}", **headers},
        ),
    )

    assert sorted(answer.status_code for answer in answers) == statuses
    done = [answer.json() for answer in answers if answer.status_code == 200]
    assert done == [done[0]] * len(done)
    assert Order.objects.get().state == "cancelled"
    assert TicketType.objects.get().places_taken == 0
    assert owed_minor(order) == 0
