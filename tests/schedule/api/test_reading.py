import pytest
from django.test import Client

from schedule.operations.publishing import unpublish_programme
from schedule.operations.searching import refresh_programme
from tests.conftest import NOON
from tests.schedule.factories import give_speaker, make_session

ROOT = "/api/v1/events/congreso-2027/"
LISTS = ("sessions", "tracks", "rooms", "speakers")


def get(path: str, **headers: str):
    return Client().get(ROOT + path, headers={"accept-language": "es", **headers})


def test_a_session_is_told_in_full_facts(shock) -> None:
    response = get("sessions/")

    assert response.status_code == 200
    assert response.json() == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [
            {
                "code": "shock",
                "kind": "talk",
                "title": "Shock séptico",
                "subtitle": "Lo nuevo",
                "language": "es",
                "track": "trauma",
                "room": "aula-magna",
                "starts_at": "2027-04-14T15:00:00Z",
                "ends_at": "2027-04-14T15:30:00Z",
                "is_cancelled": False,
                "revision": 0,
                "changed_at": "2027-04-14T15:00:00Z",
                "people": [
                    {
                        "id": shock.session_speakers.get().speaker_id,
                        "name": "Ana Ñandú",
                        "role": "speaker",
                    }
                ],
            }
        ],
    }


def test_one_session_comes_with_its_abstract_and_links(shock) -> None:
    one = get("sessions/shock/").json()

    assert one["abstract_html"] == "<p>Resumen</p>"
    assert one["links"] == [{"url": "https://example.org/guia", "title": "Guía"}]
    assert get("sessions/none/").status_code == 404


def test_tracks_rooms_and_speakers_are_lists_too(shock) -> None:
    assert get("tracks/").json()["results"] == [{"slug": "trauma", "name": "Trauma", "colour": 3}]
    assert get("rooms/").json()["results"] == [
        {"slug": "aula-magna", "name": "Aula Magna", "capacity": 500}
    ]
    (speaker,) = get("speakers/").json()["results"]
    assert speaker["name"] == "Ana Ñandú"
    assert set(speaker) == {"id", "name", "institution", "country", "biography_html"}


def test_a_session_without_room_track_or_time_has_nulls(event, shock) -> None:
    make_session(event, external_id="t:2", code="bare", title="Bare", starts_at=None)
    refresh_programme(event.pk, at=NOON)

    bare = get("sessions/bare/").json()

    assert (bare["room"], bare["track"], bare["starts_at"], bare["ends_at"]) == (None,) * 4


def test_sessions_are_chosen_as_on_the_page(event, shock) -> None:
    make_session(event, external_id="t:2", code="dengue", title="Dengue", language="pt")
    refresh_programme(event.pk, at=NOON)

    def codes(query: str) -> list[str]:
        return [one["code"] for one in get(f"sessions/?{query}").json()["results"]]

    assert codes("q=septico") == ["shock"]
    assert codes("language=pt") == ["dengue"]
    assert codes("room=aula-magna&day=2027-04-14") == ["shock"]
    assert codes("track=none") == []


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("day=2027-02-30", "invalid_choice", "day"),
        ("room=a b", "invalid_choice", "room"),
        ("q=" + "a" * 101, "query_too_long", "q"),
    ],
)
def test_a_choice_that_cannot_be_is_a_400_with_a_code(shock, query, code, field) -> None:
    response = get(f"sessions/?{query}")

    assert response.status_code == 400
    assert response.json()["code"] == code
    assert list(response.json()["fields"]) == [field]


@pytest.mark.parametrize("page", ["-1", "0", "99999", "x", "1e3", "9" * 5000, "٣"])
def test_a_page_that_does_not_exist_is_a_404(shock, page) -> None:
    assert get(f"sessions/?page={page}").status_code == 404


def test_pages_lead_to_each_other_and_hold_at_most_200(event, shock, settings) -> None:
    for number in range(2):
        make_session(event, external_id=f"t:{number}", code=f"t-{number}", title="X")
    refresh_programme(event.pk, at=NOON)

    first = get("sessions/?page_size=2&q=").json()
    second = Client().get(first["next"].removeprefix(settings.SITE_URL)).json()

    assert (first["count"], len(first["results"]), first["previous"]) == (3, 2, None)
    assert first["next"] == f"{settings.SITE_URL}{ROOT}sessions/?page=2&page_size=2"
    assert (len(second["results"]), second["next"]) == (1, None)
    assert second["previous"] == f"{settings.SITE_URL}{ROOT}sessions/?page=1&page_size=2"
    assert len(get("sessions/?page_size=1000000").json()["results"]) == 3


@pytest.mark.parametrize("name", LISTS)
def test_lists_of_a_hidden_programme_or_event_do_not_exist(event, shock, later, name) -> None:
    unpublish_programme(event.pk, actor=None, at=later)

    response = get(f"{name}/")

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert Client().get(f"/api/v1/events/none/{name}/").status_code == 404


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_read_only(shock, organiser, name) -> None:
    client = Client()
    client.force_login(organiser)

    assert client.post(f"{ROOT}{name}/", {}, content_type="application/json").status_code == 405
    assert client.delete(f"{ROOT}{name}/").status_code == 405


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_revalidated(shock, name) -> None:
    etag = get(f"{name}/")["ETag"]

    assert get(f"{name}/", **{"if-none-match": etag}).status_code == 304


@pytest.mark.parametrize("sessions", [1, 3])
def test_a_list_takes_the_same_queries_however_long_it_is(
    event, shock, sessions, django_assert_num_queries
) -> None:
    for number in range(sessions - 1):
        give_speaker(
            make_session(event, external_id=f"t:{number}", code=f"t-{number}", title="X"),
            f"P{number}",
        )
    refresh_programme(event.pk, at=NOON)

    with django_assert_num_queries(6):  # head, event, count, sessions, people in two
        get("sessions/")
    with django_assert_num_queries(1):
        get("sessions/")


def test_the_description_of_the_api_names_every_list(db) -> None:
    description = Client().get(
        "/api/v1/schema/?format=json", headers={"accept": "application/json"}
    )

    assert description.status_code == 200
    paths = description.json()["paths"]
    for name in LISTS:
        operation = paths[f"/api/v1/events/{{event_slug}}/{name}/"]["get"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert schema["$ref"].startswith("#/components/schemas/Paginated")
