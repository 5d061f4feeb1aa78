"""Programs read the lines; they get no secret address, and change nothing."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from conference.operations.keys import make_key
from conference.states import ApiScope
from tests.registration.waiting.conftest import join, sold_out

pytestmark = pytest.mark.django_db


def reader(event, scope=ApiScope.REGISTRATIONS_READ) -> Client:
    at = timezone.now()
    key = make_key(
        event_id=event.pk, name="Partner", scopes=[scope], expires_at=at + dt.timedelta(days=1),
        actor=None, at=at,
    )  # fmt: skip
    return Client(headers={"Authorization": f"Api-Key {key.written}"})


def test_a_program_reads_who_waits_in_order(event, policy, ultrasound):
    course, _orders = sold_out(event)
    ultrasound.seats = 0
    ultrasound.save(update_fields=("seats",))
    first, second = join(course, 1, party_size=2), join(course, 2)
    join(ultrasound, 3)
    address = f"/api/v1/events/{event.slug}/desk/waiting-entries/"

    answer = reader(event).get(address, {"ticket_type": "course", "state": "waiting"})

    rows = answer.json()["results"]
    assert [(row["turn"], row["people"], row["email"]) for row in rows] == [
        (1, 2, "waiting1@example.org"), (2, 1, "waiting2@example.org"),
    ]  # fmt: skip
    assert (rows[0]["workshop"], rows[0]["order"]) == (None, None)
    for entry in (first, second):
        assert entry.token not in answer.content.decode()
    assert reader(event).get(address, {"state": "hungry"}).status_code == 400
    assert reader(event, ApiScope.ORDERS_READ).get(address).status_code == 403
