"""A hundred badges shown at two doors at the same moment, with a control that fails."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Count

from registration.models import ScanEvent, ScanPoint
from tests.conftest import NOON
from tests.registration.onsite.cast import make_badge, make_registration, scan

BADGES = 100
AT_ONCE = 8
INDEX = next(one for one in ScanEvent._meta.constraints if one.name == "scan_admits_once_a_day")

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def doors(event):
    return [
        ScanPoint.objects.create(event=event, kind="entrance", name=name) for name in ("A", "B")
    ]


def show_everywhere(event, doors):
    """Each badge at both doors at once, every tenth scan sent twice. Returns (first, again)."""
    badges = [make_badge(make_registration(event)) for _number in range(BADGES)]
    pairs = [threading.Barrier(2) for _number in range(AT_ONCE // 2)]

    def turn(worker: int):
        answers = []
        try:
            # Workers 2n and 2n+1 show the same badges, at different doors, at the same moment.
            for number in range(worker // 2, BADGES, AT_ONCE // 2):
                uid = uuid.uuid4()
                door, code = doors[worker % 2], badges[number].token
                pairs[worker // 2].wait(timeout=30)
                first = scan(door, code, at=NOON, client_uid=uid)
                again = scan(door, code, at=NOON, client_uid=uid) if number % 10 == 0 else first
                answers.append((first, again))
        finally:
            connection.close()
        return answers

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [answer for answers in pool.map(turn, range(AT_ONCE)) for answer in answers]


def admitted_more_than_once() -> int:
    return (
        ScanEvent.objects.filter(result="ok")
        .values("registration")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
        .count()
    )


def test_two_doors_at_once_admit_each_person_once(event, doors):
    answers = show_everywhere(event, doors)

    results = [first.result for first, _again in answers]
    assert (results.count("ok"), results.count("already_in")) == (BADGES, BADGES)
    assert all(first == again for first, again in answers)
    assert ScanEvent.objects.count() == 2 * BADGES
    assert admitted_more_than_once() == 0
    told = {first.previous_door for first, _again in answers if first.result == "already_in"}
    assert told <= {"A", "B"}


def test_control_without_the_index_people_are_admitted_twice(event, doors):
    with connection.schema_editor() as editor:
        editor.remove_constraint(ScanEvent, INDEX)
    try:
        show_everywhere(event, doors)
        assert admitted_more_than_once() > 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE registration_scanevent")
        with connection.schema_editor() as editor:
            editor.add_constraint(ScanEvent, INDEX)
