import json

import pytest
from django.test import Client
from icalendar import Calendar

from schedule.imports.reading import read_schedule
from schedule.operations.cancelling import cancel_session
from schedule.operations.publishing import unpublish_programme
from schedule.operations.searching import refresh_programme
from tests.conftest import NOON
from tests.schedule.factories import make_session

ROOT = "/e/congreso-2027/programme/"
FILES = {
    "programme.ics": "text/calendar; charset=utf-8",
    "schedule.json": "application/json",
    "schedule.xml": "application/vnd.c3voc.schedule+xml; charset=utf-8",
    "shock.ics": "text/calendar; charset=utf-8",
}


def get(name: str, **headers: str):
    return Client().get(ROOT + name, headers={"accept-language": "en", **headers})


def entries(content: bytes) -> list[tuple[str, int, str]]:
    return [
        (str(entry["summary"]), int(entry["sequence"]), str(entry["status"]))
        for entry in Calendar.from_ical(content).walk("vevent")
    ]


@pytest.mark.parametrize(("name", "media_type"), FILES.items())
def test_every_file_has_its_type_and_is_revalidated(shock, name, media_type) -> None:
    response = get(name)

    assert (response.status_code, response["Content-Type"]) == (200, media_type)
    assert response["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert "Set-Cookie" not in response
    again = get(name, **{"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", FILES)
def test_no_file_of_a_hidden_programme_exists(event, shock, later, name) -> None:
    unpublish_programme(event.pk, actor=None, at=later)

    assert get(name).status_code == 404


@pytest.mark.parametrize("name", FILES)
def test_every_file_takes_one_query_once_it_was_made(
    shock, name, django_assert_num_queries
) -> None:
    get(name)

    with django_assert_num_queries(1):
        get(name)


def test_a_cancelled_session_reaches_the_calendars_that_have_it(shock, organiser, later) -> None:
    before = get("programme.ics")

    cancel_session(shock.pk, actor=organiser, at=later)
    after = get("programme.ics", **{"if-none-match": before["ETag"]})

    assert entries(before.content) == [("Shock séptico", 0, "CONFIRMED")]
    assert after.status_code == 200
    assert entries(after.content) == [("Shock séptico", 1, "CANCELLED")]


def test_the_calendar_holds_what_was_chosen(event, shock) -> None:
    make_session(event, external_id="t:2", code="dengue", title="Dengue")
    refresh_programme(event.pk, at=NOON)

    assert [entry[0] for entry in entries(get("programme.ics?q=septico").content)] == [
        "Shock séptico"
    ]
    assert len(entries(get("programme.ics").content)) == 2
    assert entries(get("programme.ics?room=nowhere").content) == []
    assert get("programme.ics?day=yesterday").status_code == 400


def test_one_session_is_a_calendar_of_its_own(shock) -> None:
    assert entries(get("shock.ics").content) == [("Shock séptico", 0, "CONFIRMED")]
    assert get("no-such.ics").status_code == 404


def test_json_and_xml_say_what_the_programme_says(shock) -> None:
    for name in ("schedule.json", "schedule.xml"):
        (session,) = read_schedule(get(name).content, filename=name).sessions
        assert (session.title, session.starts_at) == ("Shock séptico", NOON)


def test_addresses_in_files_lead_back_here(shock, settings) -> None:
    document = json.loads(get("schedule.json").content)

    event = document["schedule"]["conference"]["days"][0]["rooms"]["Aula Magna"][0]
    assert event["url"] == f"{settings.SITE_URL}{ROOT}shock/"
    assert Client().get(event["url"].removeprefix(settings.SITE_URL)).status_code == 200


@pytest.mark.parametrize("name", FILES)
def test_a_host_of_a_stranger_gets_into_no_file(shock, name) -> None:
    assert "evil" not in get(name, host="evil.example").text
