import uuid

import pytest
from django.test import Client
from django.utils import timezone

from registration.models import ScanEvent
from registration.operations.replacing_badges import replace_badge
from tests.conftest import NOON, signed_in
from tests.registration.onsite.cast import make_badge, make_registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(event, door_volunteer):
    client = signed_in(door_volunteer)

    def post(**body):
        return client.post(
            f"/api/v1/events/{event.slug}/scans/",
            {"client_uid": str(uuid.uuid4()), **body},
            content_type="application/json",
        )

    return post


def test_a_volunteer_scans_a_badge(send, entrance, badge, registration, door_volunteer):
    told = timezone.now()
    response = send(point=entrance.pk, code=badge.token, scanned_at=told.isoformat())

    assert response.status_code == 200
    body = response.json()
    assert body["word"]
    del body["word"]
    assert body == {
        "result": "ok",
        "tone": "ok",
        "name": registration.badge_name,
        "ticket_type": "Physician",
        "reason": "",
        "previous": None,
        "scanned_at": told.isoformat().replace("+00:00", "Z"),
        "clock_warning": False,
    }
    assert ScanEvent.objects.get().operator == door_volunteer


def test_the_second_door_is_told_about_the_first(send, entrance, side_entrance, badge):
    first = send(point=entrance.pk, code=badge.token).json()
    second = send(point=side_entrance.pk, code=badge.token)
    assert second.status_code == 200
    assert (second.json()["result"], second.json()["previous"]) == (
        "already_in",
        {"door": "Main entrance", "at": first["scanned_at"]},
    )


@pytest.mark.parametrize(
    "code", ["", " ", "0" * 5000, "https://example.org/", "\u202eabc", "7791234567898"]
)
def test_every_readable_code_is_answered_200(send, entrance, code):
    response = send(point=entrance.pk, code=code)
    assert (response.status_code, response.json()["result"]) == (200, "unknown")


def test_a_badge_of_another_event_is_unknown_here(send, entrance, other_event):
    badge = make_badge(make_registration(other_event))
    response = send(point=entrance.pk, code=badge.token)
    assert (response.status_code, response.json()["result"]) == (200, "unknown")
    assert response.json()["name"] == ""


def test_a_replaced_badge_is_answered_200(send, entrance, badge, registration):
    replace_badge(registration_id=registration.pk, actor=None, at=NOON)
    response = send(point=entrance.pk, code=badge.token)
    assert (response.status_code, response.json()["result"]) == (200, "replaced")


@pytest.mark.parametrize("told", ["1970-01-01T00:00:00Z", "2199-01-01T00:00:00+02:00", None])
def test_an_impossible_clock_is_kept_with_a_warning(send, entrance, badge, told):
    response = send(point=entrance.pk, code=badge.token, scanned_at=told)
    assert (response.status_code, response.json()["clock_warning"]) == (200, True)
    kept = ScanEvent.objects.get()
    assert (kept.clock_warning, kept.scanned_at) == (True, kept.received_at)


def test_the_same_identifier_with_other_content_is_a_conflict(send, entrance, badge):
    uid = str(uuid.uuid4())
    first = send(point=entrance.pk, code=badge.token, client_uid=uid)
    again = send(point=entrance.pk, code=badge.token, client_uid=uid)
    other = send(point=entrance.pk, code="something else", client_uid=uid)
    assert (again.status_code, again.json()) == (200, first.json())
    assert (other.status_code, other.json()["code"]) == (409, "scan_conflict")
    assert ScanEvent.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_uid": "not-a-uuid"},
        {"client_uid": None},
        {"point": 0},
        {"point": 2**52},
        {"point": "door"},
        {"point": None},
        {"code": None},
        {"code": ["a"]},
        {"code": "a\x00b"},
        {"direction": "sideways"},
        {"scanned_at": "yesterday"},
        {"scanned_at": "0001-01-01T00:00:00+14:00"},
        {"method": "import"},
        {"result": "ok"},
        {"operator": 1},
        {"event": 1},
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(send, entrance, badge, wrong):
    response = send(**{"point": entrance.pk, "code": badge.token, **wrong})
    assert response.status_code == 400
    assert response.json()["code"]
    assert ScanEvent.objects.count() == 0


def test_a_door_of_another_event_is_refused(event, other_organiser, other_event, entrance, badge):
    response = signed_in(other_organiser).post(
        f"/api/v1/events/{other_event.slug}/scans/",
        {"client_uid": str(uuid.uuid4()), "point": entrance.pk, "code": badge.token},
        content_type="application/json",
    )
    assert (response.status_code, response.json()["fields"]["point"][0]["code"]) == (400, "invalid")
    assert ScanEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "status"), [("anonymous", 401), ("stranger", 404), ("other_organiser", 404)]
)
def test_who_is_not_of_the_team_scans_nobody(request, who, status, entrance, badge):
    client = Client() if who == "anonymous" else signed_in(request.getfixturevalue(who))
    response = client.post(
        f"/api/v1/events/{entrance.event.slug}/scans/",
        {"client_uid": str(uuid.uuid4()), "point": entrance.pk, "code": badge.token},
        content_type="application/json",
    )
    assert response.status_code == status
    assert ScanEvent.objects.count() == 0


def test_the_doors_of_the_event_are_listed(
    door_volunteer, entrance, session_door, session, django_assert_num_queries
):
    client = signed_in(door_volunteer)
    with django_assert_num_queries(5):
        response = client.get(f"/api/v1/events/{session.event.slug}/scan-points/")
    assert [(door["id"], door["kind"], door["session"]) for door in response.json()] == [
        (entrance.pk, "entrance", None),
        (session_door.pk, "session", session.pk),
    ]
    assert response.json()[1]["session_title"] == "Session sepsis"
