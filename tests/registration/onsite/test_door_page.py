import re
import uuid

import pytest

from registration.models import ScanEvent
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(door_volunteer):
    client = signed_in(door_volunteer)
    client.cookies["django_language"] = "en"
    return client


def address(point) -> str:
    return f"/door/{point.event.slug}/{point.pk}/"


def verdict(response) -> str:
    """The words in the colour field, without markup."""
    field = response.content.decode().partition("data-verdict")[2].partition("</div>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", field.partition(">")[2]).split())


def test_a_volunteer_chooses_a_door(client, event, entrance, session_door):
    page = client.get(f"/door/{event.slug}/").content.decode()
    assert f'href="{address(entrance)}"' in page
    assert f'href="{address(session_door)}"' in page


def test_an_event_without_doors_says_so(client, event):
    assert "No door is open" in client.get(f"/door/{event.slug}/").content.decode()


def test_a_closed_door_is_not_offered(client, event, entrance):
    entrance.is_open = False
    entrance.save(update_fields=("is_open",))
    assert address(entrance) not in client.get(f"/door/{event.slug}/").content.decode()


def test_only_the_door_page_may_use_the_camera(client, event, entrance):
    assert "camera=(self)" in client.get(address(entrance))["Permissions-Policy"]
    assert "camera=()" in client.get(f"/door/{event.slug}/")["Permissions-Policy"]


def test_the_form_alone_checks_a_person_in(client, entrance, badge, registration):
    uid = uuid.uuid4()
    sent = {"code": badge.token.lower(), "direction": "in", "client_uid": uid}
    response = client.post(address(entrance), sent)

    assert response.status_code == 200
    assert "verdict-ok" in response.content.decode()
    assert verdict(response).startswith(f"Welcome {registration.badge_name} Physician")
    kept = ScanEvent.objects.get()
    assert (kept.client_uid, kept.method, kept.clock_warning) == (uid, "typed", False)

    again = client.post(address(entrance), sent)
    assert verdict(again) == verdict(response)
    assert ScanEvent.objects.count() == 1


def test_the_way_out_stays_chosen_at_a_session_door(client, session_door, badge):
    for expected in ("verdict-warn", "verdict-warn"):
        response = client.post(
            address(session_door),
            {"code": badge.token, "direction": "out", "client_uid": uuid.uuid4()},
        )
        page = response.content.decode()
        assert expected in page
        assert re.search(r'value="out" checked', page)


def test_an_entrance_has_no_switch_of_direction(client, entrance, session_door):
    assert 'type="radio"' not in client.get(address(entrance)).content.decode()
    assert 'type="radio"' in client.get(address(session_door)).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_uid": "x"},
        {"client_uid": ""},
        {"direction": "up"},
        {"code": "a\x00b"},
    ],
)
def test_a_broken_form_is_422_and_counts_nothing(client, entrance, badge, wrong):
    sent = {"code": badge.token, "direction": "in", "client_uid": str(uuid.uuid4()), **wrong}
    response = client.post(address(entrance), sent)
    assert response.status_code == 422
    assert verdict(response).startswith("Not counted")
    assert ScanEvent.objects.count() == 0


def test_a_closed_door_refuses_and_keeps_what_was_typed(client, entrance, badge):
    entrance.is_open = False
    entrance.save(update_fields=("is_open",))
    response = client.post(
        address(entrance), {"code": badge.token, "direction": "in", "client_uid": uuid.uuid4()}
    )
    assert response.status_code == 422
    assert "This door is closed" in verdict(response)
    assert f'value="{badge.token}"' in response.content.decode()
    assert ScanEvent.objects.count() == 0


def test_a_door_of_another_event_does_not_exist_here(client, event, other_event, entrance):
    entrance.event = other_event
    entrance.save(update_fields=("event",))
    assert client.get(f"/door/{event.slug}/{entrance.pk}/").status_code == 404
    assert client.get(f"/door/{event.slug}/{10**30}/").status_code == 404


@pytest.mark.parametrize("who", ["stranger", "other_organiser"])
def test_who_is_not_of_the_team_finds_no_door(request, who, entrance, badge):
    outsider = signed_in(request.getfixturevalue(who))
    sent = {"code": badge.token, "direction": "in", "client_uid": uuid.uuid4()}
    assert outsider.get(address(entrance)).status_code == 404
    assert outsider.post(address(entrance), sent).status_code == 404
    assert ScanEvent.objects.count() == 0
