"""
The seats of a group, many who want them, real connections: each is given once.

A seat is guarded twice, by the lock of its order and by a conditional update. The control takes
both away and must put two people on one seat.
"""

import threading
import time

import pytest
from django.db import OperationalError

from registration.models import Group, GroupSeat, Registration
from registration.operations import group_seats
from registration.operations.group_seats import group_of
from registration.operations.inviting_groups import open_link, take_group_seat
from registration.operations.naming import free_seat, leave_group
from registration.operations.returning_seats import return_seats_of, return_unused_seats
from registration.operations.setting_quotas import add_quota, change_quota
from registration.rules.groups import GroupIsFull, LinkIsClosed, NamesAreFixed
from registration.rules.refusals import SoldOut
from registration.states import NamedBy
from tests.conftest import NOON
from tests.races.test_last_place import all_at_once
from tests.registration.groups.conftest import BEFORE, bought, name, paid, policy, violations
from tests.registration.ordering.conftest import make_ticket_type, somebody

__all__ = ["policy"]
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TOGETHER = 12


@pytest.fixture
def course(event, policy):
    return make_ticket_type(event, "course", places=20)


def by_link(group: Group, number: int):
    try:
        take_group_seat(
            token=group.join_token, attendee=somebody(number), language="en",
            shows_attendance=False, shows_credits=False, actor=None, at=BEFORE,
        )  # fmt: skip
    except (GroupIsFull, LinkIsClosed, NamesAreFixed) as refusal:
        return refusal.code
    return "seated"


def with_link(group: Group, most: int) -> Group:
    return open_link(group_id=group.pk, most=most, actor=None, at=BEFORE)


def seated() -> int:
    return Registration.objects.holding_a_place().count()


def test_the_last_seat_of_a_group_is_given_once(course):
    group = paid(bought(course, seats=3))
    name(group, 50)
    name(group, 51)
    with_link(group, 3)
    group.refresh_from_db()

    outcomes = all_at_once(TOGETHER, lambda number: by_link(group, number))

    assert sorted(set(outcomes)) == ["group_is_full", "seated"]
    assert (outcomes.count("seated"), seated()) == (1, 3)
    assert violations() == {}


def test_a_link_is_for_so_many_and_not_one_more(course):
    group = with_link(paid(bought(course, seats=15)), 4)

    outcomes = all_at_once(TOGETHER, lambda number: by_link(group, number))

    assert (outcomes.count("seated"), outcomes.count("link_is_closed")) == (4, TOGETHER - 4)
    assert seated() == 4
    group.refresh_from_db()
    assert group.join_used == 4
    assert violations() == {}


def test_a_person_who_sends_her_form_many_times_has_one_seat(course):
    from registration.rules.refusals import AlreadyRegistered

    group = with_link(paid(bought(course, seats=15)), 15)

    def send(_number):
        try:
            return by_link(group, 1)
        except AlreadyRegistered as refusal:
            return refusal.code

    outcomes = all_at_once(TOGETHER, send)

    assert outcomes.count("seated") == 1
    assert seated() == 1
    group.refresh_from_db()
    assert group.join_used == 1


def test_without_the_lock_the_conditional_update_still_gives_a_seat_once(course, monkeypatch):
    group = with_link(paid(bought(course, seats=2)), 2)
    name(group, 50)
    everybody_has_looked = threading.Barrier(2)

    def unlocked(group_id):
        found = Group.objects.get(pk=group_id)
        return found.order, group_of(found.order)

    def look(of):
        seat = GroupSeat.objects.filter(group=of, state="free").order_by("number").first()
        everybody_has_looked.wait(timeout=30)
        return seat

    where = "registration.operations.inviting_groups"
    monkeypatch.setattr(f"{where}.lock_group", unlocked)
    monkeypatch.setattr(f"{where}._count_use", lambda *_: None)
    monkeypatch.setattr(f"{where}._free_seat", look)

    outcomes = all_at_once(2, lambda number: by_link(group, number))

    assert sorted(outcomes) == ["group_is_full", "seated"]
    assert seated() == 2
    assert violations() == {}


def test_without_either_guard_two_people_sit_on_one_seat(course):
    """The control: look first, both of them, then sit down by what was seen."""
    group = paid(bought(course, seats=2))
    first = name(group, 50).registration
    everybody_has_looked = threading.Barrier(2)

    def look_then_sit(number):
        seat = GroupSeat.objects.filter(group=group, state="free").order_by("number").first()
        everybody_has_looked.wait(timeout=30)
        registration = Registration.objects.get(pk=first.pk)
        registration.pk, registration.token, registration.uid = None, f"{number}" * 26, None
        registration.uid = Registration._meta.get_field("uid").get_default()
        registration.email = f"control{number}@example.org"
        registration.save()
        return GroupSeat.objects.filter(pk=seat.pk).update(
            state="named", registration=registration, named_at=BEFORE, named_by=NamedBy.LINK
        )

    assert all_at_once(2, look_then_sit) == [1, 1]

    assert seated() == 3  # on two seats
    assert "Whoever has a place in a group's order sits on one of its seats" in violations()


def test_seats_that_go_back_and_names_at_once_leave_one_truth(course):
    group = with_link(paid(bought(course, seats=6)), 6)

    def act(number):
        if number % 3 == 0:
            return return_unused_seats(at=NOON)
        return by_link(group, number)

    outcomes = all_at_once(TOGETHER, act)

    returned = sum(outcome for outcome in outcomes if isinstance(outcome, int))
    assert returned + outcomes.count("seated") == 6
    assert seated() == outcomes.count("seated")
    course.refresh_from_db()
    assert course.places_taken == seated()
    assert violations() == {}


def test_freeing_leaving_and_naming_at_once_keep_every_counter(course):
    group = paid(bought(course, seats=4))
    people = [name(group, number).registration for number in range(4)]

    def act(number):
        try:
            if number < 4:
                free_seat(
                    group_id=group.pk, number=number + 1, by_desk=False, actor=None, at=BEFORE
                )
            elif number < 8:
                leave_group(registration_id=people[number - 4].pk, actor=None, at=BEFORE)
            else:
                name(group, number)
        except (GroupIsFull, GroupSeat.DoesNotExist) as refusal:
            return type(refusal).__name__
        return "done"

    all_at_once(TOGETHER, act)

    named = group.group_seats.filter(state="named").count()
    course.refresh_from_db()
    assert (seated(), course.places_taken) == (named, 4)
    assert violations() == {}


def test_groups_and_buyers_at_once_never_oversell(course):
    course.places = 7
    course.save(update_fields=("places",))

    def act(number):
        try:
            bought(course, seats=2, submission_token=f"race-{number}")
        except SoldOut as refusal:
            return refusal.code
        return "sold"

    outcomes = all_at_once(TOGETHER, act)

    course.refresh_from_db()
    assert (outcomes.count("sold"), course.places_taken) == (3, 6)
    assert violations() == {}


def return_while_a_quota_is_changed(course, organiser, monkeypatch) -> list[str]:
    """The seats are locked, then the organiser begins, then the seats' places of it go back."""
    changed = {"event": course.event, "workshops": [], "actor": organiser, "at": BEFORE}
    room = add_quota(**changed, values={"name": "Room", "size": 9}, ticket_types=[course])
    group = paid(bought(course, seats=3))
    seats_are_locked = threading.Event()
    claims_of_seats = group_seats.claims_of_seats

    def slowly(*args):
        seats_are_locked.set()
        time.sleep(0.5)
        return claims_of_seats(*args)

    monkeypatch.setattr(group_seats, "claims_of_seats", slowly)

    def act(number):
        try:
            if number == 0:
                return_seats_of(group_id=group.pk, actor=organiser, at=BEFORE)
            else:
                assert seats_are_locked.wait(timeout=10)
                change_quota(
                    **changed, quota_id=room.pk, values={"name": "Room", "size": 9},
                    ticket_types=[],
                )  # fmt: skip
        except OperationalError as error:
            return type(error.__cause__).__name__
        return "done"

    return all_at_once(2, act)


def test_a_quota_that_is_changed_waits_until_seats_have_gone_back(course, organiser, monkeypatch):
    outcomes = return_while_a_quota_is_changed(course, organiser, monkeypatch)

    assert outcomes == ["done", "done"]
    assert course.event.quotas.get().taken == 0
    assert violations() == {}


def test_control_without_holding_it_off_one_of_the_two_dies(course, organiser, monkeypatch):
    monkeypatch.setattr(group_seats, "hold_off_quota_changes", lambda: None)

    outcomes = return_while_a_quota_is_changed(course, organiser, monkeypatch)

    assert sorted(outcomes) == ["DeadlockDetected", "done"]
