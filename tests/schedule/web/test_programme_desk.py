import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conference.models import HistoryEntry
from schedule.imports.reading import LARGEST_FILE_BYTES
from schedule.models import Programme, Session
from schedule.operations.cancelling import cancel_session
from tests.conftest import NOON, signed_in
from tests.schedule.factories import make_session
from tests.schedule.imports.files import xml_event, xml_file

DESK = "/desk/congreso-2027/programme/"
DAY = '<day index="1" date="2027-04-14">'


@pytest.fixture
def desk(organiser) -> Client:
    return signed_in(organiser)


def send(client: Client, *events: str, content: bytes | None = None, name: str = "schedule.xml"):
    content = xml_file(*events, day=DAY) if content is None else content
    return client.post(
        f"{DESK}import/",
        {"file": SimpleUploadedFile(name, content)},
        headers={"accept-language": "en"},
    )


def test_a_file_is_brought_in_with_a_report(desk, event, organiser) -> None:
    response = send(desk, xml_event(title="Shock"), xml_event('id="8"', title="Clash"))

    assert response.status_code == 200
    assert "1 session could not be taken." in response.text
    assert "session “Clash”" in response.text
    assert "The room “Auditorio” is taken at that time by “Shock”." in response.text
    assert Session.objects.get(event=event).external_id == "id:7"
    assert HistoryEntry.objects.get(action="programme.imported").actor == organiser


def test_the_same_file_again_says_that_nothing_differs(desk, event) -> None:
    send(desk, xml_event())
    before = list(Session.objects.values()), list(Programme.objects.values())

    response = send(desk, xml_event())

    assert "Nothing in schedule.xml differs from the programme." in response.text
    assert (list(Session.objects.values()), list(Programme.objects.values())) == before
    assert HistoryEntry.objects.count() == 1


def test_what_is_not_in_the_file_is_named(desk, event) -> None:
    send(desk, xml_event(title="Shock"), xml_event('id="8"', title="Dengue", start="12:00"))

    response = send(desk, xml_event(title="Shock"))

    assert "Not in the file" in response.text
    assert "<li>Dengue</li>" in response.text


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "schedule.xml", "The submitted file is empty."),
        (b"hello", "schedule.txt", "The format of this file is not known."),
        (b"<schedule><", "schedule.xml", "The file is not well-formed XML: see line 1"),
        (
            b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><schedule>&x;</schedule>',
            "schedule.xml",
            "The file declares a document type or entities",
        ),
        (b'{"schedule": NaN}', "schedule.json", "The file holds NaN"),
        (b" " * (LARGEST_FILE_BYTES + 1), "schedule.xml", "The file is larger than 20 MB."),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_and_changes_nothing(
    desk, event, content, name, words
) -> None:
    response = send(desk, content=content, name=name)

    assert response.status_code == 422
    assert words in response.text
    assert Session.objects.count() == 0
    assert HistoryEntry.objects.count() == 0


@pytest.mark.parametrize("name", ["../../x.xml", "a" * 300 + ".xml", "a\x00b.xml", "ñ\u202e.xml"])
def test_the_name_of_a_file_is_never_trusted(desk, event, name) -> None:
    response = send(desk, xml_event(), name=name)

    assert response.status_code in (200, 400, 422)
    assert "../" not in response.text


def test_no_file_at_all_is_refused(desk, event) -> None:
    assert desk.post(f"{DESK}import/").status_code == 422


def test_a_programme_is_published_and_hidden_from_the_desk(desk, shock, event) -> None:
    desk.post(f"{DESK}unpublish/")
    assert Programme.objects.get(event=event).is_published is False

    response = desk.post(f"{DESK}publish/", headers={"accept-language": "en"}, follow=True)

    assert Programme.objects.get(event=event).is_published is True
    assert "Everybody can see the programme now." in response.text
    again = desk.post(f"{DESK}publish/", headers={"accept-language": "en"}, follow=True)
    assert "cannot become" in again.text


def test_a_session_is_cancelled_and_restored_from_the_desk(desk, shock) -> None:
    desk.post(f"{DESK}{shock.pk}/cancel/")
    shock.refresh_from_db()
    assert shock.is_cancelled is True

    desk.post(f"{DESK}{shock.pk}/restore/")

    shock.refresh_from_db()
    assert shock.is_cancelled is False


def test_restoring_into_a_room_that_was_given_away_says_why_not(
    desk, event, room, shock, organiser
) -> None:
    cancel_session(shock.pk, actor=organiser, at=NOON)
    make_session(event, room=room, external_id="t:2", code="other")

    response = desk.post(
        f"{DESK}{shock.pk}/restore/", headers={"accept-language": "en"}, follow=True
    )

    assert "Another session has its room at that time." in response.text
    shock.refresh_from_db()
    assert shock.is_cancelled is True


@pytest.mark.parametrize("action", ["cancel", "restore"])
def test_a_session_of_another_event_is_out_of_reach(
    desk, other_event, other_organiser, action
) -> None:
    foreign = make_session(other_event)

    assert desk.post(f"{DESK}{foreign.pk}/{action}/").status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "confirmed"


@pytest.mark.parametrize("who", ["stranger", "other_organiser", "door_volunteer"])
@pytest.mark.parametrize("action", ["import/", "publish/", "unpublish/"])
def test_whoever_is_no_organiser_changes_nothing(request, event, shock, who, action) -> None:
    client = signed_in(request.getfixturevalue(who))
    before = Programme.objects.values().get()

    response = client.post(f"{DESK}{action}", {"file": SimpleUploadedFile("s.xml", xml_file())})

    assert response.status_code == 404
    assert Programme.objects.values().get() == before
    assert Session.objects.count() == 1


@pytest.mark.parametrize("address", ["", "?q=shock", "?q=zzz", "?page=99", "?q=" + "x" * 5000])
def test_the_desk_shows_what_there_is(desk, shock, address) -> None:
    assert desk.get(DESK + address).status_code == 200


@pytest.mark.parametrize("sessions", [1, 3])
def test_the_desk_takes_the_same_queries_however_long_the_programme_is(
    desk, event, sessions, django_assert_num_queries
) -> None:
    for number in range(sessions):
        make_session(
            event, external_id=f"t:{number}", code=f"t-{number}",
            starts_at=NOON + dt.timedelta(hours=number),
        )  # fmt: skip

    # log-in session, person, event, roles; counts, programme; count, sessions, people
    with django_assert_num_queries(9):
        desk.get(DESK)


def test_an_empty_desk_says_what_to_do(desk, event) -> None:
    page = desk.get(DESK, headers={"accept-language": "en"}).text

    assert "There is no session yet." in page
    assert "Publish the programme" not in page
