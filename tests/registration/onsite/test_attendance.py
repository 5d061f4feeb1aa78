import datetime as dt

import pytest

from conference.kernel.errors import TransitionRefused
from conference.models import HistoryEntry
from registration.models import AttendanceDerivation, AttendanceInterval, Badge
from registration.operations.deriving_attendance import (
    derive_attendance,
    derive_forgotten_attendance,
)
from registration.operations.replacing_badges import replace_badge
from registration.queries.attendance import (
    check_ins_per_day,
    people_checked_in,
    registrations_inside,
)
from registration.states import RegistrationState
from schedule.models import Session
from schedule.signals import session_cancelled, sessions_moved
from tests.conftest import NOON
from tests.registration.onsite.cast import (
    make_badge,
    make_registration,
    make_session,
    make_session_door,
    scan,
)

pytestmark = pytest.mark.django_db


def later(minutes: float) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minutes)


def intervals(registration):
    return [
        (interval.session.code, interval.starts_at, interval.ends_at, interval.basis)
        for interval in AttendanceInterval.objects.filter(registration=registration)
    ]


def test_a_scan_at_a_session_door_becomes_attendance(
    session_door, badge, registration, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        scan(session_door, badge.token, at=later(5))
    assert intervals(registration) == [("sepsis", later(5), later(60), "inferred_end")]

    with django_capture_on_commit_callbacks(execute=True):
        scan(session_door, badge.token, "out", at=later(40))
    assert intervals(registration) == [("sepsis", later(5), later(40), "scan_pair")]


def test_a_scan_heard_late_changes_the_attendance_as_if_it_had_come_in_time(
    session_door, badge, registration
):
    scan(session_door, badge.token, "out", at=later(50))
    derive_attendance([registration.pk], at=later(50))
    assert intervals(registration) == [("sepsis", NOON, later(50), "inferred_start")]

    scan(session_door, badge.token, scanned_at=later(10), at=later(300))
    derive_attendance([registration.pk], at=later(300))
    assert intervals(registration) == [("sepsis", later(10), later(50), "scan_pair")]


def test_deriving_again_touches_no_row(session_door, badge, registration):
    scan(session_door, badge.token)
    assert derive_attendance([registration.pk], at=later(1)) == 1
    before = AttendanceInterval.objects.get()
    assert derive_attendance([registration.pk], at=later(2)) == 1
    assert AttendanceInterval.objects.get().pk == before.pk
    assert AttendanceDerivation.objects.get().scans_counted == 1


def test_a_session_that_ended_early_cuts_the_attendance(session, session_door, badge, registration):
    scan(session_door, badge.token)
    session.actual_start_at, session.actual_end_at = later(10), later(30)
    session.save(update_fields=("actual_start_at", "actual_end_at"))
    derive_attendance([registration.pk], at=later(60))
    assert intervals(registration) == [("sepsis", later(10), later(30), "inferred_end")]


def test_nobody_attended_a_cancelled_session(session, session_door, badge, registration):
    scan(session_door, badge.token)
    derive_attendance([registration.pk], at=NOON)
    assert len(intervals(registration)) == 1
    session.state, session.cancelled_at = "cancelled", NOON
    session.save(update_fields=("state", "cancelled_at"))
    assert derive_attendance([registration.pk], at=NOON) == 0
    assert intervals(registration) == []


def test_scans_that_turned_somebody_away_are_no_attendance(workshop, badge, registration):
    scan(make_session_door(workshop.session), badge.token)
    assert derive_attendance([registration.pk], at=NOON) == 0
    assert AttendanceInterval.objects.count() == 0


@pytest.mark.parametrize("people", [1, 5])
def test_the_queries_do_not_grow_with_the_people(event, people, django_assert_num_queries):
    doors = [make_session_door(make_session(event, code)) for code in ("a", "b", "c")]
    registrations = [make_registration(event) for _number in range(people)]
    for registration in registrations:
        badge = make_badge(registration)
        for door in doors:
            scan(door, badge.token)
    ids = [registration.pk for registration in registrations]
    with django_assert_num_queries(9):
        assert derive_attendance(ids, at=NOON) == 3 * people


def test_the_sweep_finds_whom_a_lost_wake_up_forgot(
    event, session_door, badge, registration, django_capture_on_commit_callbacks
):
    other = make_registration(event)
    scan(session_door, make_badge(other).token)
    derive_attendance([other.pk], at=NOON)
    scan(session_door, badge.token)  # its wake-up is lost: callbacks do not run here
    assert intervals(registration) == []

    with django_capture_on_commit_callbacks(execute=True):
        assert derive_forgotten_attendance(at=later(1)) == 1
    assert len(intervals(registration)) == 1
    assert derive_forgotten_attendance(at=later(2)) == 0

    scan(session_door, badge.token, "out", at=later(20))
    assert derive_forgotten_attendance(at=later(21)) == 1


def test_attendance_follows_a_session_that_was_moved_or_cancelled(
    session, session_door, badge, registration, django_capture_on_commit_callbacks
):
    scan(session_door, badge.token, at=later(5))
    derive_attendance([registration.pk], at=later(5))
    session.starts_at, session.ends_at = later(-30), later(30)
    session.save(update_fields=("starts_at", "ends_at"))
    with django_capture_on_commit_callbacks(execute=True):
        sessions_moved.send(Session, event=session.event, session_ids=[session.pk])
    assert intervals(registration) == [("sepsis", later(5), later(30), "inferred_end")]

    session.state, session.cancelled_at = "cancelled", NOON
    session.save(update_fields=("state", "cancelled_at"))
    with django_capture_on_commit_callbacks(execute=True):
        session_cancelled.send(Session, session=session)
    assert intervals(registration) == []


def test_the_desk_counts_people_by_day(event, entrance, side_entrance):
    badges = [make_badge(make_registration(event)) for _number in range(3)]
    tomorrow = NOON + dt.timedelta(days=1)
    for badge, point, at in [
        (badges[0], entrance, NOON),
        (badges[0], side_entrance, NOON),
        (badges[1], side_entrance, NOON),
        (badges[0], entrance, tomorrow),
    ]:
        scan(point, badge.token, at=at)
    assert check_ins_per_day(event) == {dt.date(2027, 4, 14): 2, dt.date(2027, 4, 15): 1}
    assert people_checked_in(event) == 2


def test_who_is_in_a_session(event, session, session_door):
    people = [make_registration(event) for _number in range(3)]
    badges = [make_badge(person) for person in people]
    scan(session_door, badges[0].token, at=later(0))
    scan(session_door, badges[1].token, at=later(1))
    scan(session_door, badges[0].token, "out", at=later(30))
    assert registrations_inside(session.pk, at=later(10)) == [people[0].pk, people[1].pk]
    assert registrations_inside(session.pk, at=later(40)) == [people[1].pk]


def test_a_badge_is_replaced_with_a_line_of_history(registration, badge, organiser):
    new = replace_badge(registration_id=registration.pk, actor=organiser, at=later(1))
    badge.refresh_from_db()
    assert (badge.revoked_at, new.revoked_at) == (later(1), None)
    assert new.token != badge.token
    line = HistoryEntry.objects.get()
    assert (line.action, line.actor, line.data) == (
        "registration.badge_replaced", organiser, {"badge": new.pk},
    )  # fmt: skip


@pytest.mark.parametrize(
    "state", [RegistrationState.PENDING, RegistrationState.CANCELLED, RegistrationState.EXPIRED]
)
def test_who_has_no_confirmed_place_gets_no_badge(event, state):
    registration = make_registration(event, state)
    badge = make_badge(registration)
    with pytest.raises(TransitionRefused):
        replace_badge(registration_id=registration.pk, actor=None, at=NOON)
    assert list(Badge.objects.values_list("pk", "revoked_at")) == [(badge.pk, None)]
    assert HistoryEntry.objects.count() == 0
