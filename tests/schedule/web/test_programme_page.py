import datetime as dt

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from conference.models import Room
from schedule.models import Session
from schedule.operations.cancelling import cancel_session
from schedule.operations.publishing import publish_programme, unpublish_programme
from schedule.operations.searching import refresh_programme
from tests.conftest import NOON, signed_in
from tests.schedule.factories import give_speaker, make_session, make_track, publish

PAGE = "/e/congreso-2027/programme/"
ENGLISH = {"headers": {"accept-language": "en"}}


def get(address: str = PAGE, client: Client | None = None, **headers: str):
    return (client or Client()).get(address, headers={"accept-language": "en", **headers})


def titles(response) -> list[str]:
    return [title for title in ("Shock séptico", "Dengue", "Ofidismo") if title in response.text]


@pytest.fixture
def three(event, room, shock) -> list[Session]:
    other_room = Room.objects.create(event=event, name="Sala Andes", slug="sala-andes")
    dengue = make_session(
        event, external_id="test:2", code="dengue", title="Dengue", language="pt-br",
        room=other_room, track=make_track(event, "Toxicología", "toxicologia", 4),
    )  # fmt: skip
    ofidismo = make_session(
        event, external_id="test:3", code="ofidismo", title="Ofidismo", language="es", room=room,
        starts_at=NOON + dt.timedelta(days=1),
    )  # fmt: skip
    give_speaker(ofidismo, "João Ibáñez")
    refresh_programme(event.pk, at=NOON)
    return [shock, dengue, ofidismo]


def test_the_programme_says_when_where_who_and_about_what(shock) -> None:
    response = get()

    assert response.status_code == 200
    page = response.text
    assert '<a href="/e/congreso-2027/programme/shock/">Shock séptico</a>' in page
    assert '<time datetime="2027-04-14T12:00-03:00">12:00</time>' in page
    assert '<time datetime="2027-04-14T12:30-03:00">12:30</time>' in page
    assert "Aula Magna" in page
    assert "Trauma" in page
    assert "Ana Ñandú" in page
    assert "Wednesday 14 April" in page
    assert "1 session<" in page


def test_a_programme_is_hidden_until_it_is_published_and_when_it_is_withdrawn(
    event, shock, later
) -> None:
    unpublish_programme(event.pk, actor=None, at=later)

    hidden = get()

    assert hidden.status_code == 200
    assert "The programme is being made." in hidden.text
    assert "Shock" not in hidden.text
    publish_programme(event.pk, actor=None, at=later)
    assert "Shock" in get().text


def test_an_event_without_any_programme_says_so(event) -> None:
    assert "The programme is being made." in get().text


@pytest.mark.parametrize("path", ["", "schedule.json", "schedule.xml", "programme.ics", "shock/"])
def test_the_programme_of_a_hidden_event_does_not_exist(event, shock, path) -> None:
    event.published_at = None
    event.save(update_fields=("published_at",))

    assert get(PAGE + path).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Shock séptico", "Dengue", "Ofidismo"]),
        ("?day=2027-04-14", ["Shock séptico", "Dengue"]),
        ("?day=2027-04-15", ["Ofidismo"]),
        ("?day=2027-04-16", []),
        ("?room=aula-magna", ["Shock séptico", "Ofidismo"]),
        ("?track=toxicologia", ["Dengue"]),
        ("?language=pt-br", ["Dengue"]),
        ("?room=aula-magna&day=2027-04-15", ["Ofidismo"]),
        ("?q=SEPTICO", ["Shock séptico"]),
        ("?q=nandu", ["Shock séptico"]),
        ("?q=joao ibanez", ["Ofidismo"]),
        ("?q=joão shock", []),
        ("?q=toxico", ["Dengue"]),
        ("?q=%25", []),
        ("?q=_", []),
        ("?q=+", ["Shock séptico", "Dengue", "Ofidismo"]),
        ("?room=no-such-room", []),
        ("?utm_source=x&day=&room=&q=", ["Shock séptico", "Dengue", "Ofidismo"]),
    ],
)
def test_a_reader_chooses_by_day_room_track_language_and_words(three, query, found) -> None:
    response = get(PAGE + query)

    assert response.status_code == 200
    assert titles(response) == found
    assert ("No session fits this choice." in response.text) is (found == [])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?day=2027-02-30", "“2027-02-30” is no day of a calendar. Write it as 2027-04-14."),
        ("?day=31/12/2027", "“31/12/2027” is no day of a calendar. Write it as 2027-04-14."),
        ("?day=0001-01-01", "Choose a day between the years 2000 and 2099."),
        ("?room=a b", "“a b” is not among the choices."),
        ("?track='", "“&#x27;” is not among the choices."),
        ("?q=" + "a" * 101, "Search with at most 100 characters."),
        ("?q=" + "a" * 100_000, "Search with at most 100 characters."),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_a_sentence(three, query, words) -> None:
    response = get(PAGE + query)

    assert response.status_code == 400
    assert words in response.text


@pytest.mark.parametrize("query", ["?q=%00", "?q=%ff%fe", "?day=%00"])
def test_bytes_that_are_no_text_are_no_error_of_ours(shock, query) -> None:
    assert get(PAGE + query).status_code in (200, 400)


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "${7*7}"]
)
def test_a_hostile_title_stays_text_everywhere(event, title) -> None:
    session = make_session(event, title={"es": title}, subtitle=title)
    give_speaker(session, title[:200])
    publish(event)

    for address in (PAGE, f"{PAGE}shock/"):
        page = get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert escape(title) in page


def test_a_cancelled_session_is_shown_as_cancelled(three, organiser, later) -> None:
    cancel_session(three[1].pk, actor=organiser, at=later)

    page = get().text

    assert "session-cancelled" in page
    assert "Cancelled" in page


def test_a_session_without_a_time_stands_at_the_end(event, shock) -> None:
    make_session(event, external_id="t", code="later", title="Sorpresa", starts_at=None)
    refresh_programme(event.pk, at=NOON)

    page = get().text

    assert "Time to be announced" in page
    assert page.index("Sorpresa") > page.index("Shock séptico")


def add_sessions(event, number: int) -> None:
    for each in range(number):
        session = make_session(
            event, external_id=f"more:{each}", code=f"more-{each}",
            room=Room.objects.create(event=event, name=f"Aula {each}", slug=f"aula-{each}"),
        )  # fmt: skip
        give_speaker(session, f"Ponente {each}")
    refresh_programme(event.pk, at=NOON)


@pytest.mark.parametrize("sessions", [1, 3])
def test_a_page_takes_the_same_queries_however_long_the_programme_is(
    event, shock, sessions, django_assert_num_queries
) -> None:
    add_sessions(event, sessions - 1)

    # head; event, rooms, tracks, sessions, people in two; days; languages
    with django_assert_num_queries(9):
        get()
    with django_assert_num_queries(1):  # the head alone: PostgreSQL says the release
        get()


def test_whoever_has_the_page_is_told_that_it_still_holds(shock) -> None:
    etag = get()["ETag"]

    again = get(**{"if-none-match": etag})

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == etag
    assert again["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Language", "HX-Request"} <= set(again["Vary"].split(", "))


def test_any_change_makes_the_page_anew(event, room, shock, organiser, later) -> None:
    seen = {get()["ETag"]}

    cancel_session(shock.pk, actor=organiser, at=later)
    seen.add(get()["ETag"])
    room.name = "Aula Mayor"
    room.save(update_fields=("name",))
    seen.add(get()["ETag"])
    assert "Aula Mayor" in get().text
    event.short_name = "CIME"
    event.save(update_fields=("short_name",))
    seen.add(get()["ETag"])
    unpublish_programme(event.pk, actor=None, at=later)
    publish_programme(event.pk, actor=None, at=later)
    seen.add(get()["ETag"])

    assert len(seen) == 5


def test_a_reader_gets_the_page_in_the_language_of_the_reader(shock) -> None:
    english, portuguese = get(), get(**{"accept-language": "pt-br"})

    assert '<html lang="en"' in english.text
    assert '<html lang="pt-br"' in portuguese.text
    assert english["ETag"] != portuguese["ETag"]


def test_titles_are_in_the_language_of_the_reader(event) -> None:
    make_session(event, title={"es": "Choque", "en": "Shock!"})
    publish(event)

    assert "Shock!" in get().text
    assert "Choque" in get(**{"accept-language": "es"}).text


def test_every_reader_gets_a_form_token_that_works(shock) -> None:
    get()  # somebody else made the page
    reader = Client(enforce_csrf_checks=True)

    page = get(client=reader).text
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = reader.post("/theme/", {"theme": "dark", "next": PAGE, "csrfmiddlewaretoken": token})

    assert answer.status_code == 302
    assert answer["Location"] == PAGE
    assert len(token) == 64
    assert token not in get().text


def test_a_process_gives_a_page_again_only_while_it_holds(
    shock, organiser, later, django_assert_num_queries
) -> None:
    process = Client(enforce_csrf_checks=True)  # a test client is a process with its own memory
    first = get(client=process)

    with django_assert_num_queries(1):
        second = get(client=process)
    token = second.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    cancel_session(shock.pk, actor=organiser, at=later)
    third = get(client=process)

    assert first["Content-Security-Policy"] == second["Content-Security-Policy"]
    assert (first["ETag"], first["Vary"]) == (second["ETag"], second["Vary"])
    assert "session-cancelled" not in second.text
    assert "session-cancelled" in third.text
    answer = process.post("/theme/", {"theme": "dark", "next": PAGE, "csrfmiddlewaretoken": token})
    assert answer.status_code == 302


@pytest.mark.parametrize("path", ["", "schedule.json", "programme.ics", "shock/", "shock.ics"])
def test_a_process_that_gave_a_page_gives_it_no_more_once_it_is_hidden(
    event, shock, later, path
) -> None:
    process = Client()
    assert "Shock" in get(PAGE + path, client=process).text
    assert "Shock" in get(PAGE + path, client=process).text

    unpublish_programme(event.pk, actor=None, at=later)

    assert "Shock" not in get(PAGE + path, client=process).text


def test_the_theme_of_one_reader_is_not_the_theme_of_the_next(shock) -> None:
    dark = Client()
    dark.cookies["theme"] = "dark"

    assert 'data-theme="dark"' in get(client=dark).text
    assert 'data-theme="dark"' not in get().text


def test_nothing_that_a_stranger_writes_into_an_address_is_kept(shock) -> None:
    get(f"{PAGE}?next=https://evil.example&x=evil&room=")

    assert "evil" not in get().text


def test_a_person_who_is_signed_in_gets_a_page_of_her_own(shock, stranger) -> None:
    get()

    page = get(client=signed_in(stranger))

    assert "Log out" in page.text
    assert "Shock séptico" in page.text
    assert "Log out" not in get().text


@pytest.mark.parametrize("sessions", [1, 3])
def test_the_sessions_are_made_once_for_all_who_are_signed_in(
    shock, stranger, organiser, sessions, django_assert_num_queries
) -> None:
    add_sessions(shock.event, sessions - 1)
    get(client=signed_in(organiser))

    client = signed_in(stranger)
    with django_assert_num_queries(4):  # log-in session, person, head, event
        get(client=client)


def test_htmx_gets_the_sessions_alone_and_the_address_of_the_choice(three) -> None:
    part = get(f"{PAGE}?room=&track=toxicologia&q=", **{"hx-request": "true"})

    assert titles(part) == ["Dengue"]
    assert "<html" not in part.text
    assert part["HX-Push-Url"] == f"{PAGE}?track=toxicologia"
    assert "<html" in get(f"{PAGE}?track=toxicologia").text


def test_the_page_does_without_redis(shock, settings) -> None:
    settings.CACHES = {
        "default": {
            **settings.CACHES["default"],
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.1},
        }
    }

    assert get().status_code == 200
    assert get().status_code == 200


def test_a_long_programme_of_many_rooms_is_still_a_page(event) -> None:
    for number in range(70):
        make_session(
            event, external_id=f"t:{number}", code=f"t-{number}", title=f"Sesión {number}",
            room=Room.objects.create(event=event, name=f"Aula {number}", slug=f"a-{number}"),
        )  # fmt: skip
    publish(event)

    page = get().text

    assert "timetable-grid" not in page
    assert page.count('<li class="session') == 70


def test_days_and_labels_are_words_of_the_language(shock) -> None:
    with translation.override("es"):
        page = get(**{"accept-language": "es"}).text

    assert "miércoles 14 de abril" in page
