import pytest
from django.test import Client

from schedule.operations.cancelling import cancel_session
from schedule.operations.publishing import unpublish_programme
from schedule.states import SpeakerRole
from tests.conftest import NOON
from tests.schedule.factories import give_speaker, make_session, publish

PAGE = "/e/congreso-2027/programme/shock/"


def get(address: str = PAGE, **headers: str):
    return Client().get(address, headers={"accept-language": "en", **headers})


def test_a_session_says_what_who_where_and_when(shock) -> None:
    response = get()

    assert response.status_code == 200
    page = response.text
    assert "<h1>Shock séptico</h1>" in page
    assert "Lo nuevo" in page
    assert "<p>Resumen</p>" in page
    assert "<h3>Ana Ñandú</h3>" in page
    assert "Wednesday 14 April, 12:00 (Buenos Aires)" in page
    assert "until 12:30" in page
    assert '<a href="/e/congreso-2027/programme/?room=aula-magna">Aula Magna</a>' in page
    assert '<a href="https://example.org/guia" rel="noopener nofollow">Guía</a>' in page
    assert "/e/congreso-2027/programme/shock.ics" in page
    assert 'data-zone="America/Argentina/Buenos_Aires"' in page


def test_people_stand_under_what_they_do(event) -> None:
    session = make_session(event)
    give_speaker(session, "Ana", position=1)
    give_speaker(session, "Carla", role=SpeakerRole.CHAIR, position=2)
    publish(event)

    page = get().text

    assert page.index(">Speaker</h2>") < page.index("Ana") < page.index(">Chair</h2>")
    assert page.index(">Chair</h2>") < page.index("Carla")


def test_an_abstract_in_plain_words_or_with_evil_in_it_is_shown_safely(event) -> None:
    make_session(event, abstract="Uno\n\ndos <script>alert(1)</script>[x](javascript:alert(1))")
    publish(event)

    page = get().text

    assert "Uno" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize("code", ["no-such-session", "a" * 300, "1"])
def test_an_unknown_session_does_not_exist(shock, code) -> None:
    assert get(f"/e/congreso-2027/programme/{code}/").status_code == 404


def test_a_session_of_a_hidden_programme_does_not_exist(event, shock, later) -> None:
    unpublish_programme(event.pk, actor=None, at=later)

    assert get().status_code == 404


def test_a_cancelled_session_says_that_it_does_not_take_place(shock, organiser, later) -> None:
    before = get()

    cancel_session(shock.pk, actor=organiser, at=later)

    after = get(**{"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert "This session does not take place." in after.text


@pytest.mark.parametrize("people", [1, 3])
def test_a_session_takes_the_same_queries_with_one_person_or_three(
    event, people, django_assert_num_queries
) -> None:
    session = make_session(event)
    for number in range(people):
        give_speaker(session, f"Persona {number}")
    publish(event)

    with django_assert_num_queries(5):  # head, session, its people in two, event
        get()
    with django_assert_num_queries(1):
        get()


def test_a_session_without_a_time_says_so(event) -> None:
    make_session(event, starts_at=None)
    publish(event)

    page = get().text

    assert "Time to be announced" in page
    assert "shock.ics" not in page
    assert NOON.isoformat() not in page
