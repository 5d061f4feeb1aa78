"""The pages of a group: its owner, her people, the organisers; hostile lists and guessed addresses."""

import csv
import io

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from registration.models import AttendanceInterval, Group, GroupSeat, Registration
from registration.operations.inviting_groups import invite_to_group, open_link
from tests.conftest import signed_in
from tests.registration.groups.conftest import (
    bought,
    name,
    paid,
    sponsored,
    states,
    taken,
    violations,
)
from tests.registration.ordering.conftest import buy, somebody

pytestmark = pytest.mark.django_db
HEAD = "E-mail,Name on the badge,Name on the certificate,Profession,Country of practice\n"
HER = {
    "badge_name": "Nora", "certificate_name": "Nora Núñez", "email": "nora@example.org",
    "profession": "nurse", "country": "UY",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _the_audit_finds_nothing(db):
    cache.clear()  # how often this network asked
    yield
    assert violations() == {}


@pytest.fixture
def client():
    return Client(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def soon(event):
    """The event lies ahead of the clock that pages read."""
    event.published_at = timezone.now().replace(year=2020)
    event.save(update_fields=("published_at",))
    return event


@pytest.fixture
def group(soon, physician_ticket) -> Group:
    at = timezone.now()
    return paid(bought(physician_ticket, at=at), at=at)


def csv_file(text: str | bytes, filename="people.csv") -> SimpleUploadedFile:
    content = text if isinstance(text, bytes) else text.encode()
    return SimpleUploadedFile(filename, content, content_type="text/csv")


def test_a_secretary_sees_the_price_first_and_then_buys(client, soon, physician_ticket):
    address = f"/e/{soon.slug}/group/"
    asked = {"ticket": "physician", "seats": "3", "profession": "nurse", "country": "UY"}
    assert client.get(address).status_code == 200

    page = client.get(address, asked)
    assert "USD 540.00" in page.content.decode().replace("\xa0", " ")
    sent = {
        "name": "Hospital", "email": "secretary@example.org", "payment": "bank_transfer",
        "terms_accepted": "on", "submission_token": "x", "agreed": "USD 54000",
    }  # fmt: skip
    query = "?ticket=physician&seats=3&profession=nurse&country=UY"
    done = client.post(address + query, sent)
    again = client.post(address + query, sent)

    group = Group.objects.get()
    assert (done.status_code, done["Location"]) == (302, f"/o/{group.order.token}/")
    assert again["Location"] == done["Location"]
    assert (group.seats, group.language, taken(physician_ticket)) == (3, "en", 3)
    order_page = client.get(done["Location"]).content.decode()
    assert f"/g/{group.token}/" in order_page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?ticket=physician&seats=1&profession=nurse&country=UY", "A group has 2 to 50 seats."),
        ("?ticket=nothing&seats=3&profession=nurse&country=UY", "This ticket is not on sale now."),
        ("?ticket=physician&seats=abc&profession=nurse&country=UY", "Enter a whole number."),
        ("?ticket=physician&seats=3&profession=witch&country=UY", "Select a valid choice."),
    ],
)
def test_what_makes_no_sense_is_said(client, soon, physician_ticket, query, words):
    page = client.get(f"/e/{soon.slug}/group/{query}")

    assert page.status_code == 422
    assert words in page.content.decode()


def test_another_price_than_shown_is_shown_first(client, soon, physician_ticket):
    query = "?ticket=physician&seats=3&profession=nurse&country=UY"
    sent = {
        "name": "Hospital", "email": "secretary@example.org", "payment": "bank_transfer",
        "terms_accepted": "on", "submission_token": "x", "agreed": "USD 1",
    }  # fmt: skip

    page = client.post(f"/e/{soon.slug}/group/{query}", sent)

    assert (page.status_code, Group.objects.count()) == (422, 0)


def test_an_event_without_groups_has_no_such_page(client, soon, physician_ticket, policy):
    policy.group_seats = 0
    policy.save(update_fields=("group_seats",))

    assert client.get(f"/e/{soon.slug}/group/").status_code == 404


def test_the_owner_names_somebody_in_a_form(client, group):
    address = f"/g/{group.token}/name/"
    assert client.get(address).status_code == 200

    refused = client.post(address, {**HER, "email": "nobody"})
    done = client.post(address, HER)

    assert (refused.status_code, done.status_code) == (422, 302)
    page = client.get(f"/g/{group.token}/").content.decode()
    assert "Nora" in page
    assert "nora@example.org" in page
    registration = Registration.objects.get()
    assert registration.token not in page


@pytest.mark.parametrize("path", ["", "name/", "list/", "template.csv", "people.csv"])
@pytest.mark.parametrize("token", ["0" * 26, "x", "..", "é" * 26])
def test_a_guessed_address_opens_nothing(client, group, path, token):
    assert client.get(f"/g/{token}/{path}").status_code == 404


def test_a_link_and_an_invitation_that_nobody_made_open_nothing(client, group):
    assert client.get(f"/j/{'0' * 26}/").status_code == 404
    assert client.post(f"/j/{'0' * 26}/", HER).status_code == 404
    assert client.get(f"/j/{group.token}/").status_code == 404


def test_an_invited_person_takes_her_own_seat_in_her_own_language(client, group):
    done = client.post(f"/g/{group.token}/invite/", {"email": "nora@example.org"})
    assert done.status_code == 302
    seat = GroupSeat.objects.get(state="invited")
    assert client.get(f"/j/{seat.token}/").status_code == 200

    sent = {**HER, "terms_accepted": "on", "shows_attendance": "on"}
    hers = Client(HTTP_ACCEPT_LANGUAGE="pt-br").post(f"/j/{seat.token}/", sent)

    seat.refresh_from_db()
    assert (hers.status_code, hers["Location"]) == (302, f"/r/{seat.registration.token}/")
    assert (seat.state, seat.registration.language) == ("named", "pt-br")
    assert (seat.shows_attendance, seat.shows_credits) == (True, False)
    used = client.get(f"/j/{seat.token}/").content.decode()
    assert "used already" in used
    assert seat.registration.token not in used
    assert client.post(f"/j/{seat.token}/", sent).status_code == 422
    assert Registration.objects.count() == 1


def test_an_invitation_needs_an_address(client, group):
    refused = client.post(f"/g/{group.token}/invite/", {"email": "a@b\r\nBcc: x@example.org"})

    assert refused.status_code == 422
    assert states(group) == ["free"] * 3


def test_one_link_is_for_so_many_and_may_be_closed(client, group):
    assert client.post(f"/g/{group.token}/link/", {"most": "99"}).status_code == 422
    assert client.post(f"/g/{group.token}/link/", {"most": "１"}).status_code == 422
    client.post(f"/g/{group.token}/link/", {"most": "1"})
    group.refresh_from_db()
    address = f"/j/{group.join_token}/"

    first = client.post(address, {**HER, "terms_accepted": "on"})
    second = client.post(address, {**HER, "email": "o@example.org", "terms_accepted": "on"})

    assert (first.status_code, second.status_code) == (302, 422)
    assert states(group) == ["named", "free", "free"]
    seat = GroupSeat.objects.get(state="named")
    assert (seat.email, seat.named_by) == ("", "link")
    page = client.get(f"/g/{group.token}/").content.decode()
    assert "Nora" in page
    assert "nora@example.org" not in page  # she wrote it, not the owner
    client.post(f"/g/{group.token}/link/", {"do": "close"})
    assert client.get(address).status_code == 404


def test_without_the_terms_nobody_sits_down(client, group):
    open_link(group_id=group.pk, most=2, actor=None, at=timezone.now())
    group.refresh_from_db()

    refused = client.post(f"/j/{group.join_token}/", HER)

    assert (refused.status_code, states(group)) == (422, ["free"] * 3)


def test_the_owner_sees_what_each_lets_her_see_and_no_more(client, group, room, event):
    from tests.registration.onsite.cast import make_session

    seat = name(group, at=timezone.now())
    session = make_session(event, "S1", room=room)
    AttendanceInterval.objects.create(
        registration=seat.registration, session=session, starts_at=session.starts_at,
        ends_at=session.ends_at, basis="scan_pair",
    )  # fmt: skip
    owner, hers = f"/g/{group.token}/people.csv", f"/r/{seat.registration.token}/group/"

    def shown() -> str:
        rows = list(csv.reader(io.StringIO(client.get(owner).content.decode("utf-8-sig"))))
        return rows[1][4]

    assert shown() == ""
    assert client.post(hers, {"shows_attendance": "on"}).status_code == 302
    assert shown() == "1"
    assert client.post(hers, {}).status_code == 302
    assert shown() == ""
    seat.refresh_from_db()
    assert seat.shown_since is None


def test_a_person_leaves_on_her_own_page(client, group):
    seat = name(group, at=timezone.now())
    place = f"/r/{seat.registration.token}/"
    assert f"{place}group/" in client.get(place).content.decode()
    assert group.order.token not in client.get(place).content.decode()

    assert client.post(f"{place}group/", {"do": "leave"}).status_code == 302

    assert states(group) == ["free"] * 3
    assert client.get(f"{place}group/").status_code == 404


def test_who_is_of_no_group_has_no_such_page(client, physician_ticket):
    registration = buy(physician_ticket).registrations.get()

    assert client.get(f"/r/{registration.token}/group/").status_code == 404


def test_the_owner_frees_a_seat(client, group):
    name(group, at=timezone.now())
    free = f"/g/{group.token}/free/"

    assert client.post(free, {"seat": "2"}).status_code == 404
    assert client.post(free, {"seat": "abc"}).status_code == 404
    assert client.post(free, {"seat": "1"}).status_code == 302

    assert states(group) == ["free"] * 3


def test_the_order_shows_no_page_of_a_person(client, group):
    seat = name(group, at=timezone.now())

    page = client.get(f"/o/{group.order.token}/").content.decode()

    assert seat.registration.token not in page
    assert "Person 1" not in page


def test_a_list_is_looked_at_first_and_changes_nothing_by_that(client, group):
    text = (
        HEAD
        + "a@example.org,Ana,Ana Núñez,Nurse,Uruguay\n"
        + "not-an-address,Berta,Berta,Nurse,UY\n"
        + "c@example.org,Carla,,Enfermería,uruguay\n"
        + "d@example.org,Dora,Dora,Witch,UY\n"
        + "a@example.org,Ana again,Ana,Nurse,UY\n"
    )
    address = f"/g/{group.token}/list/"

    seen = client.post(address, {"file": csv_file(text)})

    page = seen.content.decode()
    assert seen.status_code == 200
    for words in (
        "Please look at the e-mail address again.", "“Witch” is no profession of the list.",
        "Row 2 has this address already.", "Nothing is changed yet.",
        "2 rows would be added or changed.", "3 rows are refused and left out",
    ):  # fmt: skip
        assert words in page
    assert (Registration.objects.count(), states(group)) == (0, ["free"] * 3)

    assert client.post(address, {"text": text, "apply": "1"}).status_code == 302
    assert states(group) == ["named", "named", "free"]
    names = Registration.objects.order_by("pk").values_list("badge_name", "certificate_name")
    assert list(names) == [("Ana", "Ana Núñez"), ("Carla", "Carla")]


def test_the_same_list_again_changes_nothing(client, group):
    text = HEAD + "a@example.org,Ana,Ana,Nurse,UY\n"
    address = f"/g/{group.token}/list/"
    client.post(address, {"text": text, "apply": "1"})
    before = list(Registration.objects.values_list())
    seats = list(GroupSeat.objects.order_by("pk").values_list())

    seen = client.post(address, {"text": text})
    client.post(address, {"text": text, "apply": "1"})

    assert "Unchanged" in seen.content.decode()
    assert list(Registration.objects.values_list()) == before
    assert list(GroupSeat.objects.order_by("pk").values_list()) == seats

    changed = text.replace("Ana,Ana,", "Ana María,Ana María,")
    client.post(address, {"text": changed, "apply": "1"})
    assert Registration.objects.get().badge_name == "Ana María"


def test_what_a_person_corrected_herself_stays_when_the_same_list_comes_again(client, group):
    text = HEAD + "a@example.org,Ana,Ana,Nurse,UY\n"
    client.post(f"/g/{group.token}/list/", {"text": text, "apply": "1"})
    registration = Registration.objects.get()
    client.post(
        f"/r/{registration.token}/names/",
        {"badge_name": "Anita", "certificate_name": "Ana Núñez", "institution": ""},
    )

    client.post(f"/g/{group.token}/list/", {"text": text, "apply": "1"})

    registration.refresh_from_db()
    assert registration.badge_name == "Anita"


def test_more_people_than_seats_are_refused_by_name(client, group):
    rows = "".join(f"p{number}@example.org,P{number},,Nurse,UY\n" for number in range(5))

    seen = client.post(f"/g/{group.token}/list/", {"text": HEAD + rows})

    assert seen.content.decode().count("All seats of this group have a name") == 2


@pytest.mark.parametrize("language", ["es", "pt-br", "en", "fr"])
def test_the_template_of_each_language_is_read_again(group, language):
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    head = client.get(f"/g/{group.token}/template.csv").content.decode("utf-8-sig").strip()
    with translation.override(language):
        from registration.states import Profession

        profession = str(Profession.NURSE.label)
    row = f"a@example.org,Ana,Ana,{profession},UY,Hospital,{language}\n"

    done = client.post(f"/g/{group.token}/list/", {"text": f"{head}\n{row}", "apply": "1"})

    assert done.status_code == 302
    registration = Registration.objects.get()
    assert (registration.profession, registration.language) == ("nurse", language)
    assert registration.institution == "Hospital"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_lists_of_any_program_are_read(client, group, encoding, mark):
    text = HEAD.replace(",", mark) + mark.join(
        ["a@example.org", "Ana Núñez", "Ana Núñez", "Nurse", "Uruguay\n"]
    )

    seen = client.post(f"/g/{group.token}/list/", {"file": csv_file(text.encode(encoding))})

    assert "Ana Núñez" in seen.content.decode()
    assert "1 row would be added or changed." in seen.content.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\0",
        b"PK\x03\x04 a zip",
        b"\x89PNG\r\n\x1a\n",
        b"name\n" * 3,
        b"E-mail,E-mail,Name on the badge,Profession,Country of practice\n",
        HEAD.encode() + b"a@example.org,Ana\n" * 0 + b"x" * 3_000,
        b"a," * 200 + b"\n",
        b"x" * 600_000,
        HEAD.encode() + b"".join(b"a%d@example.org,A,A,Nurse,UY\n" % n for n in range(1_001)),
    ],
)
def test_a_hostile_file_is_answered_with_a_sentence(client, group, content):
    answer = client.post(f"/g/{group.token}/list/", {"file": csv_file(content)})
    applied = client.post(f"/g/{group.token}/list/", {"file": csv_file(content), "apply": "1"})

    assert (answer.status_code, applied.status_code) == (422, 422)
    assert (Registration.objects.count(), states(group)) == (0, ["free"] * 3)


def test_a_row_of_another_width_is_refused_alone(client, group):
    text = HEAD + "a@example.org,Ana\nb@example.org,Berta,Berta,Nurse,UY\n"

    client.post(f"/g/{group.token}/list/", {"text": text, "apply": "1"})

    assert Registration.objects.get().badge_name == "Berta"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_what_strangers_typed_is_no_formula_in_the_download(client, group, start):
    registration = name(group, at=timezone.now()).registration
    Registration.objects.filter(pk=registration.pk).update(badge_name=f"{start}1+1")

    content = client.get(f"/g/{group.token}/people.csv").content.decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(content)))[1][2] == f"'{start}1+1"


def test_organisers_give_seats_and_change_what_owners_cannot(organiser, soon, physician_ticket):
    desk = signed_in(organiser)
    address = f"/desk/{soon.slug}/groups/"
    sent = {
        "name": "Laboratorio Sur", "email": "sponsor@example.org", "language": "es",
        "ticket": "physician", "seats": "4", "workshop": "", "submission_token": "x",
    }  # fmt: skip
    assert desk.get(address).status_code == 200
    assert desk.post(address, {**sent, "seats": "0"}).status_code == 422

    done = desk.post(address, sent)

    group = Group.objects.get()
    page = f"{address}{group.pk}/"
    assert (done.status_code, done["Location"]) == (302, page)
    assert desk.get(page).status_code == 200
    assert desk.post(f"{page}name/", HER).status_code == 302
    assert desk.post(f"{page}name/", HER).status_code == 422
    assert states(group) == ["named", "free", "free", "free"]
    wrong = {"returns_at": "2027-04-10T00:00", "names_until": "2027-04-01T00:00"}
    assert desk.post(page, wrong).status_code == 422
    right = {"returns_at": "2027-04-01T00:00", "names_until": "2027-04-10T00:00"}
    assert desk.post(page, right).status_code == 302
    assert desk.post(f"{page}free/", {"seat": "1"}).status_code == 302
    assert desk.post(f"{page}return/").status_code == 302
    assert states(group) == ["returned"] * 4
    assert taken(physician_ticket) == 0


def test_the_desk_finds_the_order_of_a_group_by_its_name(organiser, group, soon):
    desk = signed_in(organiser)

    for words in ("fernandez", "secretary@", group.order.reference):
        page = desk.get(f"/desk/{soon.slug}/orders/", {"q": words}).content.decode()
        assert f"/orders/{group.order_id}/" in page
        assert "Hospital Fernández" in page
    assert (
        f"/orders/{group.order_id}/"
        not in desk.get(f"/desk/{soon.slug}/orders/", {"q": "nobody"}).content.decode()
    )
    order_page = desk.get(f"/desk/{soon.slug}/orders/{group.order_id}/").content.decode()
    assert f"/groups/{group.pk}/" in order_page


def test_the_desk_lists_groups_in_one_number_of_queries(
    organiser, soon, physician_ticket, django_assert_num_queries
):
    desk = signed_in(organiser)
    at = timezone.now()
    for seats in (2, 3, 1):
        sponsored(physician_ticket, organiser, seats=seats, at=at)
    desk.get(f"/desk/{soon.slug}/groups/")
    with django_assert_num_queries(8):  # however many groups and tickets
        desk.get(f"/desk/{soon.slug}/groups/")


def test_the_page_of_a_group_asks_as_often_for_many_people_as_for_one(
    client, group, django_assert_num_queries
):
    at = timezone.now()
    for number in (1, 2):
        name(group, number, at=at)
    invite_to_group(group_id=group.pk, email="i@example.org", by_desk=False, actor=None, at=at)
    client.get(f"/g/{group.token}/")
    with django_assert_num_queries(2):
        client.get(f"/g/{group.token}/")
    assert somebody(1).email == "person1@example.org"


def test_what_only_a_secret_address_opens_is_stored_by_nobody(client, group):
    seat = name(group, at=timezone.now())
    addresses = [
        *(f"/g/{group.token}/{end}" for end in ("", "people.csv", "template.csv", "name/")),
        f"/o/{group.order.token}/",
        f"/r/{seat.registration.token}/",
    ]

    answers = {address: client.get(address) for address in addresses}

    assert {answer.status_code for answer in answers.values()} == {200}
    for address, answer in answers.items():
        assert "no-store" in answer.get("Cache-Control", ""), address
        assert "private" in answer["Cache-Control"], address
    assert "no-store" not in client.get(f"/e/{group.event.slug}/").get("Cache-Control", "")


@pytest.mark.parametrize("sent", [{"shows_attendance": "on"}, {"do": "leave"}])
def test_who_is_taken_off_her_seat_while_she_looks_finds_nothing(client, group, sent):
    seat = name(group, at=timezone.now())
    address = f"/r/{seat.registration.token}/group/"
    was_freed = []

    def free_before_it_is_locked(execute, sql, *rest):
        if "FOR UPDATE" in sql and not was_freed:
            was_freed.append(
                GroupSeat.objects.filter(pk=seat.pk).update(
                    state="free", registration=None, named_at=None, named_by="", email=""
                )
            )
        return execute(sql, *rest)

    with connection.execute_wrapper(free_before_it_is_locked):
        response = client.post(address, sent)

    assert (was_freed, response.status_code) == ([1], 404)
    GroupSeat.objects.filter(pk=seat.pk).update(
        state="named", registration=seat.registration, named_at=seat.named_at, named_by="owner"
    )


def test_people_are_named_only_so_often(client, group):
    answers = [client.post(f"/g/{group.token}/name/", {}) for _time in range(61)]

    assert [answer.status_code for answer in answers] == [422] * 60 + [429]
    assert "Too many people at once" in answers[-1].content.decode()
