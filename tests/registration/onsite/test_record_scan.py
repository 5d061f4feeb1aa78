import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conference.kernel.errors import InputRefused
from conference.kernel.tokens import token_hash
from registration.models import AttendanceInterval, ScanEvent, WorkshopBooking
from registration.operations.checking_in import ScanConflict, ScanPointClosed
from registration.operations.replacing_badges import replace_badge
from registration.states import RegistrationState, ScanDirection, ScanMethod, ScanResult
from tests.conftest import NOON
from tests.registration.onsite.cast import (
    make_badge,
    make_registration,
    make_session_door,
    scan,
)

OUT = ScanDirection.OUT
pytestmark = pytest.mark.django_db


def later(minutes: int) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minutes)


def test_the_first_scan_of_the_day_welcomes_by_name(entrance, badge, registration, organiser):
    uid = uuid.uuid4()
    answer = scan(entrance, badge.token, client_uid=uid, operator=organiser)

    assert (answer.result, answer.tone) == (ScanResult.OK, "ok")
    assert (answer.name, answer.ticket_type) == (registration.badge_name, "Physician")
    assert (answer.reason, answer.previous_at, answer.clock_warning) == ("", None, False)
    event = ScanEvent.objects.get()
    assert (event.client_uid, event.registration, event.point) == (uid, registration, entrance)
    assert event.token_hash == token_hash(badge.token)
    assert (event.entrance_day, event.scanned_at) == (dt.date(2027, 4, 14), NOON)
    assert (event.operator, event.method) == (organiser, ScanMethod.CAMERA)


def test_a_typed_code_may_be_lower_case_with_dashes_and_letters_for_digits(entrance, badge):
    typed = badge.token.lower().replace("0", "o").replace("1", "l")
    typed = "-".join(typed[start : start + 4] for start in range(0, 26, 4))
    assert scan(entrance, typed).result == ScanResult.OK


def test_a_second_door_says_where_and_when_the_person_came_in(entrance, side_entrance, badge):
    scan(entrance, badge.token)
    answer = scan(side_entrance, badge.token, at=later(10))

    assert answer.result == ScanResult.ALREADY_IN
    assert (answer.previous_door, answer.previous_at) == ("Main entrance", NOON)
    assert "12:00" in answer.reason
    assert "Main entrance" in answer.reason
    assert list(ScanEvent.objects.values_list("result", flat=True)) == ["ok", "already_in"]


def test_the_next_day_of_the_venue_admits_again(entrance, badge):
    midnight = dt.datetime(2027, 4, 15, 3, 0, tzinfo=dt.UTC)  # in Buenos Aires
    assert scan(entrance, badge.token, at=midnight - dt.timedelta(seconds=1)).result == "ok"
    assert scan(entrance, badge.token, at=midnight).result == "ok"
    assert [str(day) for day in ScanEvent.objects.values_list("entrance_day", flat=True)] == [
        "2027-04-14",
        "2027-04-15",
    ]


def test_the_same_scan_sent_again_counts_once_and_gets_its_first_answer(
    entrance, side_entrance, session_door, badge
):
    first = [
        (entrance, uuid.uuid4(), ScanDirection.IN),
        (side_entrance, uuid.uuid4(), ScanDirection.IN),
        (session_door, uuid.uuid4(), ScanDirection.IN),
        (session_door, uuid.uuid4(), ScanDirection.IN),
        (session_door, uuid.uuid4(), OUT),
    ]
    answers = [
        scan(point, badge.token, direction, client_uid=uid, at=later(number))
        for number, (point, uid, direction) in enumerate(first)
    ]
    assert [answer.result for answer in answers] == ["ok", "already_in", "ok", "already_in", "out"]

    again = [
        scan(point, badge.token, direction, client_uid=uid, at=later(90))
        for point, uid, direction in first
    ]
    assert again == answers
    assert ScanEvent.objects.count() == 5


def test_a_resend_keeps_its_answer_when_the_badge_was_replaced_meanwhile(
    entrance, badge, registration
):
    uid = uuid.uuid4()
    first = scan(entrance, badge.token, client_uid=uid)
    replace_badge(registration_id=registration.pk, actor=None, at=NOON)
    assert scan(entrance, badge.token, client_uid=uid) == first


def test_other_content_under_the_same_identifier_is_refused(
    entrance, side_entrance, badge, event, caplog
):
    uid = uuid.uuid4()
    scan(entrance, badge.token, client_uid=uid)
    other = make_badge(make_registration(event))
    for point, code, direction in [
        (entrance, other.token, ScanDirection.IN),
        (side_entrance, badge.token, ScanDirection.IN),
        (entrance, badge.token, OUT),
    ]:
        with pytest.raises(ScanConflict):
            scan(point, code, direction, client_uid=uid)
    assert [(row.point, row.registration.badges.get()) for row in ScanEvent.objects.all()] == [
        (entrance, badge)
    ]
    assert len(caplog.records) == 3
    assert token_hash(other.token) in caplog.text
    assert other.token not in caplog.text


@pytest.mark.parametrize(
    "code",
    [
        "",
        "   ",
        "0" * 26,
        "x" * 5000,
        "https://example.org/?a=1",
        "BEGIN:VCARD\nFN:Ana\nEND:VCARD",
        "7791234567898",
        "🩺" * 26,
        "ß" * 13,
        "'; DROP TABLE registration_badge; --",
    ],
)
def test_what_is_no_badge_is_unknown_and_only_its_hash_is_kept(entrance, code):
    answer = scan(entrance, code)
    assert (answer.result, answer.tone, answer.name) == (ScanResult.UNKNOWN, "danger", "")
    kept = ScanEvent.objects.get()
    assert (kept.registration, kept.entrance_day, len(kept.token_hash)) == (None, None, 64)


def test_a_badge_of_another_event_is_unknown(entrance, other_event):
    badge = make_badge(make_registration(other_event))
    answer = scan(entrance, badge.token)
    assert (answer.result, answer.name) == (ScanResult.UNKNOWN, "")
    assert ScanEvent.objects.get().registration is None


@pytest.mark.parametrize(
    ("state", "result"),
    [
        (RegistrationState.PENDING, ScanResult.UNPAID),
        (RegistrationState.EXPIRED, ScanResult.UNPAID),
        (RegistrationState.CANCELLED, ScanResult.CANCELLED),
    ],
)
def test_who_has_no_confirmed_place_is_sent_to_the_desk(
    entrance, session_door, event, state, result
):
    registration = make_registration(event, state)
    badge = make_badge(registration)
    for point in (entrance, session_door):
        answer = scan(point, badge.token)
        assert (answer.result, answer.name) == (result, registration.badge_name)
        assert answer.reason
    assert ScanEvent.objects.filter(result=ScanResult.OK).count() == 0
    assert AttendanceInterval.objects.count() == 0


def test_a_replaced_badge_is_refused_and_the_new_one_admitted(entrance, badge, registration):
    new = replace_badge(registration_id=registration.pk, actor=None, at=NOON)
    assert scan(entrance, badge.token).result == ScanResult.REPLACED
    assert scan(entrance, new.token).result == ScanResult.OK


def test_a_workshop_admits_only_who_has_booked_it(workshop, badge, registration, event):
    point = make_session_door(workshop.session)
    guest = make_badge(make_registration(event))
    booking = WorkshopBooking.objects.create(
        workshop=workshop, registration=registration, price_minor=0, currency="USD", booked_at=NOON
    )
    assert scan(point, badge.token).result == ScanResult.OK
    assert scan(point, guest.token).result == ScanResult.NOT_ENROLLED
    assert scan(point, guest.token, OUT).result == ScanResult.NOT_ENROLLED

    booking.state, booking.released_at = "released", NOON
    booking.save(update_fields=("state", "released_at"))
    assert scan(point, badge.token, at=later(5)).result == ScanResult.NOT_ENROLLED


def test_a_session_door_counts_in_and_out(session_door, badge):
    answers = [
        scan(session_door, badge.token, direction, at=later(minutes))
        for direction, minutes in [("in", 0), ("in", 1), ("out", 2), ("out", 3), ("in", 4)]
    ]
    assert [answer.result for answer in answers] == ["ok", "already_in", "out", "not_in", "ok"]
    assert (answers[1].previous_door, answers[1].previous_at) == ("Door sepsis", NOON)


def test_a_scan_of_a_session_heard_late_is_judged_by_when_it_happened(session_door, badge):
    scan(session_door, badge.token, at=later(30))
    answer = scan(session_door, badge.token, scanned_at=later(10), at=later(40))
    assert answer.result == ScanResult.OK


def test_an_exit_at_an_entrance_is_answered_and_the_way_back_says_so(entrance, badge):
    assert scan(entrance, badge.token, OUT).result == ScanResult.NOT_IN
    assert scan(entrance, badge.token, at=later(1)).result == ScanResult.OK
    assert scan(entrance, badge.token, OUT, at=later(2)).result == ScanResult.OUT
    back = scan(entrance, badge.token, at=later(3))
    assert (back.result, back.previous_at) == (ScanResult.ALREADY_IN, later(2))


@pytest.mark.parametrize(
    "told", [dt.datetime(1970, 1, 1, tzinfo=dt.UTC), NOON + dt.timedelta(days=2), None]
)
def test_an_impossible_clock_is_replaced_and_marked(entrance, badge, told):
    answer = scan(entrance, badge.token, scanned_at=told)
    assert (answer.result, answer.clock_warning) == (ScanResult.OK, True)
    kept = ScanEvent.objects.get()
    assert (kept.scanned_at, kept.received_at, kept.clock_warning) == (NOON, NOON, True)


def test_a_door_without_a_network_is_believed_for_a_day(entrance, badge):
    scan(entrance, badge.token, scanned_at=NOON - dt.timedelta(hours=24))
    kept = ScanEvent.objects.get()
    assert (kept.scanned_at, kept.received_at) == (NOON - dt.timedelta(hours=24), NOON)
    assert str(kept.entrance_day) == "2027-04-13"


def test_a_door_of_another_event_is_refused(entrance, badge, other_event):
    with pytest.raises(InputRefused):
        scan(entrance, badge.token, event_id=other_event.pk)
    assert ScanEvent.objects.count() == 0


def test_a_closed_door_is_refused(entrance, badge):
    entrance.is_open = False
    entrance.save(update_fields=("is_open",))
    with pytest.raises(ScanPointClosed):
        scan(entrance, badge.token)
    assert ScanEvent.objects.count() == 0


def statements(point, code, direction="in") -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        scan(point, code, direction)
    return sum("SAVEPOINT" not in query["sql"] for query in captured)


def test_a_scan_asks_the_database_little(entrance, session_door, badge):
    assert statements(entrance, "nothing") == 2
    assert statements(entrance, badge.token) == 4  # one asks who is told of it
    assert statements(session_door, badge.token) == 4
    assert statements(session_door, badge.token) == 4
    assert statements(session_door, badge.token, "out") == 4
