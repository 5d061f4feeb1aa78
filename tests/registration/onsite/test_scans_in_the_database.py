"""What the database refuses, with half-filled rows."""

import datetime as dt
import uuid

import pytest
from django.db import Error, IntegrityError, transaction

from conference.kernel.db import violated_constraint
from registration.models import AttendanceInterval, Badge, ScanEvent, ScanPoint
from tests.conftest import NOON
from tests.registration.onsite.cast import make_badge, make_registration, make_session, scan

pytestmark = pytest.mark.django_db(transaction=True)


def refused(model, **fields) -> str | None:
    before = model.objects.count()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        model.objects.create(**fields)
    assert model.objects.count() == before
    return violated_constraint(error.value)


@pytest.fixture
def row(entrance):
    return {
        "event": entrance.event,
        "client_uid": uuid.uuid4(),
        "point": entrance,
        "token_hash": "0" * 64,
        "direction": "in",
        "method": "typed",
        "result": "unknown",
        "scanned_at": NOON,
        "received_at": NOON,
    }


@pytest.mark.parametrize("result", ["ok", "out", "already_in", "not_in"])
def test_a_passage_names_the_person(row, result):
    day = dt.date(2027, 4, 14)
    assert (
        refused(ScanEvent, **row | {"result": result, "entrance_day": day})
        == "scan_of_a_person_names_her"
    )


def test_an_admission_names_a_day_or_a_session(row, registration):
    row |= {"result": "ok", "registration": registration}
    assert refused(ScanEvent, **row) == "scan_that_admits_names_session_or_day"


def test_a_scan_is_not_of_a_session_and_an_entrance(row, session, registration):
    row |= {"session": session, "entrance_day": dt.date(2027, 4, 14), "registration": registration}
    assert refused(ScanEvent, **row) == "scan_is_of_a_session_or_an_entrance"


def test_a_person_is_admitted_once_a_day(row, registration):
    row |= {"result": "ok", "entrance_day": dt.date(2027, 4, 14), "registration": registration}
    ScanEvent.objects.create(**row)
    assert refused(ScanEvent, **row | {"client_uid": uuid.uuid4()}) == "scan_admits_once_a_day"


def test_an_identifier_of_a_device_is_used_once(row):
    ScanEvent.objects.create(**row)
    assert refused(ScanEvent, **row) == "scan_sent_twice_counts_once"


@pytest.mark.parametrize(
    ("field", "name"),
    [("result", "scan_result_is_known"), ("direction", "scan_direction_is_known")],
)
def test_the_words_of_a_scan_are_ours(row, field, name):
    assert refused(ScanEvent, **row | {field: "maybe"}) == name


def test_a_scan_and_all_it_names_are_of_one_event(row, other_event):
    assert refused(ScanEvent, **row | {"event": other_event}) == "scan_point_of_its_event"
    session = make_session(other_event, "elsewhere")
    assert refused(ScanEvent, **row | {"session": session}) == "scan_session_of_its_event"
    registration = make_registration(other_event)
    assert (
        refused(ScanEvent, **row | {"registration": registration})
        == "scan_registration_of_its_event"
    )


def test_a_scan_is_never_changed_or_deleted(entrance, badge):
    scan(entrance, badge.token)
    for change in (
        lambda: ScanEvent.objects.update(result="unknown"),
        lambda: ScanEvent.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            change()
    assert ScanEvent.objects.get().result == "ok"


@pytest.mark.parametrize("fields", [{"kind": "session"}, {"kind": "window"}])
def test_a_door_of_a_session_names_it(event, fields):
    assert refused(ScanPoint, event=event, name="A", **fields) == "scan_point_of_a_session_names_it"


def test_an_entrance_names_no_session(event, session):
    name = refused(ScanPoint, event=event, name="A", kind="entrance", session=session)
    assert name == "scan_point_of_a_session_names_it"


def test_a_person_has_one_badge_that_opens(registration, badge):
    assert (
        refused(Badge, registration=registration, issued_at=NOON)
        == "badge_one_current_per_registration"
    )
    make_badge(registration, revoked_at=NOON)


def test_a_badge_is_not_revoked_before_it_was_issued(registration):
    earlier = NOON - dt.timedelta(seconds=1)
    name = refused(Badge, registration=registration, issued_at=NOON, revoked_at=earlier)
    assert name == "badge_revoked_after_it_was_issued"


def test_an_attendance_has_a_length(registration, session):
    name = refused(
        AttendanceInterval, registration=registration, session=session,
        starts_at=NOON, ends_at=NOON, basis="scan_pair",
    )  # fmt: skip
    assert name == "attendance_ends_after_it_starts"
