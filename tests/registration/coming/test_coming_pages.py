import datetime as dt
import re

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from conference.models import Event
from tests.conftest import make_event
from tests.registration.coming.conftest import open_registration, sell

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def today() -> dt.date:
    return timezone.now().date()


@pytest.fixture
def course(db, today) -> Event:
    """The front page reads the clock; so this one is soon."""
    course = make_event(
        "eco", kind="course", name="Ecografía", first_day=today + dt.timedelta(days=20),
        last_day=today + dt.timedelta(days=21), subjects=["ultrasound"], languages=["es", "en"],
    )  # fmt: skip
    now = timezone.now()
    open_registration(
        course, opens_at=now - dt.timedelta(days=1), closes_at=now + dt.timedelta(days=9)
    )
    sell(course, "seat", 18000, places=12)
    return course


def text_of(response) -> str:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0] or (
        response.content.decode()
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_the_front_page_says_what_where_how_much_and_how_many(course):
    response = Client(**ENGLISH).get("/")

    text = text_of(response)
    assert response.status_code == 200
    for words in (
        "1 event", "Ecografía", "Course", "Ultrasound", "Buenos Aires, Argentina", "Español",
        "English", "Sociedad Interamericana de Emergencias", "from USD 180.00", "12 places left",
    ):  # fmt: skip
        assert words in text


def test_a_choice_without_a_result_offers_everything_again(course):
    response = Client(**ENGLISH).get("/?q=zzz")

    assert response.status_code == 200
    assert "No event fits this choice." in text_of(response)
    assert "Show all events" in text_of(response)


def test_a_choice_that_cannot_be_is_refused_and_what_was_typed_is_kept(course):
    response = Client(**ENGLISH).get("/?kind=party&q=eco")

    assert response.status_code == 400
    assert "“party” is not among the choices." in text_of(response)
    assert 'value="eco"' in response.content.decode()


def test_nothing_announced_is_said_kindly(db):
    assert "No event is announced yet" in text_of(Client(**ENGLISH).get("/"))


def test_htmx_gets_the_results_alone_and_the_address_to_show(course):
    response = Client(**ENGLISH).get("/?kind=course", HTTP_HX_REQUEST="true")

    assert "<html" not in response.content.decode()
    assert "Ecografía" in text_of(response)
    assert response["HX-Push-Url"] == "/?kind=course"
    assert "HX-Request" in response["Vary"]


def test_past_events_are_a_page_of_their_own(course, today):
    make_event(
        "old", name="Congreso viejo", first_day=today - dt.timedelta(days=400),
        last_day=today - dt.timedelta(days=398),
    )  # fmt: skip

    assert "Congreso viejo" not in text_of(Client(**ENGLISH).get("/"))
    past = text_of(Client(**ENGLISH).get("/past/"))
    assert "Congreso viejo" in past
    assert "Ecografía" not in past


def test_no_past_event_is_said_kindly(db):
    assert "Nothing is over yet" in text_of(Client(**ENGLISH).get("/past/"))


def test_the_api_lists_what_is_coming(course, settings):
    settings.SITE_URL = "https://congress.example.org"

    response = Client(**ENGLISH).get("/api/v1/events/")

    assert response.status_code == 200
    assert response.json() == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [
            {
                "slug": "eco",
                "kind": "course",
                "name": "Ecografía",
                "short_name": "eco",
                "summary": "",
                "congress": None,
                "first_day": course.first_day.isoformat(),
                "last_day": course.last_day.isoformat(),
                "time_zone": "America/Argentina/Buenos_Aires",
                "venue": "Centro de Convenciones",
                "city": "Buenos Aires",
                "country": "AR",
                "languages": ["es", "en"],
                "subjects": ["ultrasound"],
                "organiser": "Sociedad Interamericana de Emergencias",
                "standing": "open",
                "registration_opens_at": None,
                "is_free": False,
                "prices_from": [{"amount_minor": 18000, "currency": "USD"}],
                "places_left": 12,
                "page": "https://congress.example.org/e/eco/",
            }
        ],
    }


def test_the_api_chooses_and_refuses_as_the_page_does(course):
    client = Client(**ENGLISH)

    assert client.get("/api/v1/events/?subject=toxicology").json()["count"] == 0
    assert client.get("/api/v1/events/?when=past").json()["count"] == 0
    refused = client.get("/api/v1/events/?country=Brasil")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_choice")
    assert client.get("/api/v1/events/?when=never").status_code == 400


def test_a_subject_nobody_knows_is_refused_by_the_database(course):
    with pytest.raises(IntegrityError, match="event_subjects_are_known"):
        Event.objects.filter(pk=course.pk).update(subjects=["ultrasound", "alchemy"])
