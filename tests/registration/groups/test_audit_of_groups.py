"""The audit finds what is planted among the seats of groups: each once, under its own sentence."""

import pytest
from django.db import connection, transaction

from tests.registration.groups.conftest import bought, name, paid, violations

pytestmark = pytest.mark.django_db
A_SEAT = "(SELECT min(id) FROM registration_groupseat WHERE state = 'free')"
PLANTED = {
    "Seats of a group are those": "UPDATE registration_group SET seats = seats + 1",
    "Whoever has a place in a group's order": (
        "UPDATE registration_groupseat SET state = 'returned', returned_at = now()"
        " WHERE state = 'named'"
    ),
    "A named seat of a group has somebody": (
        "UPDATE registration_registration SET state = 'cancelled', ended_at = now();"
        "UPDATE registration_tickettype SET places_taken = places_taken - 1"
    ),
    "An order is for a group exactly": (
        "UPDATE registration_order SET is_for_group = false WHERE is_for_group"
    ),
    "No seat without a name is kept": (
        "UPDATE registration_group SET returns_at = now() - interval '1 day'"
    ),
    "Places taken are the active registrations": (
        "UPDATE registration_tickettype SET places_taken = places_taken + 1"
    ),
    "What is taken of a quota": (
        f"UPDATE registration_groupseat SET quota_places = '[[1, null]]' WHERE id = {A_SEAT};"
        "INSERT INTO registration_quota (id, event_id, name, size, taken)"
        " SELECT 1, event_id, 'X', 5, 0 FROM registration_tickettype LIMIT 1"
    ),
    "Seats taken are the active bookings": (
        "UPDATE registration_groupseat SET workshop_ids = ARRAY(SELECT id FROM"
        f" registration_workshop) WHERE id = {A_SEAT}"
    ),
}


@pytest.mark.parametrize("sentence", PLANTED)
def test_what_is_planted_among_seats_is_found(physician_ticket, ultrasound, sentence):
    group = paid(bought(physician_ticket))
    name(group)
    assert violations() == {}

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLANTED[sentence])

    found = list(violations())
    assert [each[: len(sentence)] for each in found] == [sentence]
