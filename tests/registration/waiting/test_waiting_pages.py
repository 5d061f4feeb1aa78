"""Waiting by pages: nothing typed is lost, nobody sees another's page, nothing is sold twice."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from conference.models import HistoryEntry
from registration.models import Order, WaitingEntry
from registration.operations.cancelling import cancel_order
from registration.operations.offering import offer_freed_places
from tests.conftest import signed_in
from tests.registration.ordering.conftest import buy, make_ticket_type, somebody
from tests.registration.waiting.conftest import join, line, sold_out, states

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _nobody_asked_before():
    cache.clear()


@pytest.fixture
def english() -> Client:
    return Client(headers={"accept-language": "en"})


def join_address(product, kind="ticket") -> str:
    return f"/e/{product.event.slug}/wait/{kind}/{product.slug}/"


def offered(event, *, party_size=1, places=1):
    course, orders = sold_out(event, places=places)
    entry = join(course, 1, party_size=party_size, at=NOW)
    for order in orders:
        cancel_order(order_id=order.pk, actor=None, at=NOW)
    offer_freed_places(line(course), at=NOW)
    assert states(entry) == ["offered"]
    return course, entry


def test_the_page_of_a_sold_out_ticket_leads_to_the_line(event, policy, english):
    course, _orders = sold_out(event)

    page = english.get(f"/e/{event.slug}/").content.decode()
    assert f'href="{join_address(course)}"' in page
    answer = english.post(
        join_address(course), {"name": "Ana", "email": "ana@example.org", "party_size": "2"}
    )

    entry = WaitingEntry.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/q/{entry.token}/")
    assert (entry.name, entry.party_size, entry.language) == ("Ana", 2, "en")
    shown = english.get(f"/q/{entry.token}/").content.decode()
    assert "You are on the waiting list" in shown
    assert "ana@example.org" in shown


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"email": "ana"}, "Please look at the e-mail address again."),
        ({"name": " \u200b "}, "Please write it: this cannot be empty."),
        ({"party_size": "11"}, "Select a valid choice."),
        ({"email": "person1@example.org"}, "is registered for the event already"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(event, policy, english, typed, words):
    course, _orders = sold_out(event)

    answer = english.post(
        join_address(course),
        {"name": "Ana Ñandú", "email": "ana@example.org", "party_size": "2", **typed},
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(typed)
    assert words in answer.content.decode()
    for value in ({"name": "Ana Ñandú", "email": "ana@example.org"} | typed).values():
        if value.isascii() and not value.isdigit():
            assert f'value="{value}"' in answer.content.decode()
    assert WaitingEntry.objects.count() == 0


def test_there_is_nothing_to_wait_for_where_places_are_free(event, policy, english):
    free = make_ticket_type(event)

    shown = english.get(join_address(free))
    refused = english.post(
        join_address(free), {"name": "Ana", "email": "a@example.org", "party_size": "1"}
    )

    assert "You need not wait." in shown.content.decode()
    assert refused.status_code == 422
    assert "There are places free" in refused.content.decode()
    assert WaitingEntry.objects.count() == 0


@pytest.mark.parametrize("rest", ["dinner/physician", "ticket/nothing", "workshop/physician"])
def test_a_list_of_nothing_is_not_there(event, physician_ticket, english, rest):
    assert english.get(f"/e/{event.slug}/wait/{rest}/").status_code == 404


def test_one_address_may_not_join_again_and_again(event, policy, english):
    course, _orders = sold_out(event)
    codes = [
        english.post(
            join_address(course), {"name": "A", "email": f"a{n}@example.org", "party_size": "1"}
        ).status_code
        for n in range(12)
    ]

    assert codes == [302] * 10 + [429] * 2
    assert WaitingEntry.objects.count() == 10


def people_form(*numbers) -> dict[str, str]:
    typed = {
        "people": str(len(numbers)), "payment": "bank_transfer", "terms_accepted": "on",
        "submission_token": "x",
    }  # fmt: skip
    for position, number in enumerate(numbers, 1):
        person = somebody(number)
        for name in ("badge_name", "certificate_name", "email", "profession", "country"):
            typed[f"person-{position}-{name}"] = getattr(person, name)
    return typed


def test_an_offer_is_taken_through_the_details_with_what_was_typed(event, policy, english):
    _course, entry = offered(event)

    page = english.get(f"/q/{entry.token}/").content.decode()
    assert f'href="/q/{entry.token}/take/"' in page
    details = english.get(f"/q/{entry.token}/take/").content.decode()
    assert 'value="waiting1@example.org"' in details
    typed = people_form(9) | {"agreed": "USD 18000"}
    refused = english.post(f"/q/{entry.token}/take/", {**typed, "terms_accepted": ""})
    assert refused.status_code == 422
    assert 'value="Person 9"' in refused.content.decode()
    assert Order.objects.filter(state="pending").count() == 0

    taken = [english.post(f"/q/{entry.token}/take/", typed) for _click in range(2)]

    order = Order.objects.get(state="pending")
    assert [each["Location"] for each in taken] == [f"/o/{order.token}/"] * 2
    assert order.registrations.get().email == "person9@example.org"
    assert (order.email, order.total_minor) == (entry.email, 18_000)
    assert english.get(f"/q/{entry.token}/take/")["Location"] == f"/o/{order.token}/"
    assert "You took the place" in english.get(f"/q/{entry.token}/").content.decode()


def test_a_party_fills_in_as_many_people_as_it_was_offered_places(event, policy, english):
    course, entry = offered(event, party_size=2, places=2)
    details = english.get(f"/q/{entry.token}/take/").content.decode()
    assert 'id="person-2"' in details
    assert 'value="add"' not in details

    one_alone = english.post(f"/q/{entry.token}/take/", people_form(8) | {"agreed": "USD 18000"})
    assert one_alone.status_code == 422
    english.post(f"/q/{entry.token}/take/", people_form(8, 9) | {"agreed": "USD 36000"})

    order = Order.objects.get(state="pending")
    assert order.registrations.count() == 2
    course.refresh_from_db()
    assert (course.places_taken, course.waiting) == (2, 0)


def test_a_workshop_is_taken_with_a_ticket_that_is_chosen(
    event, physician_ticket, ultrasound, english
):
    ultrasound.seats = 1
    ultrasound.save(update_fields=("seats",))
    order = buy(physician_ticket, attendee=somebody(1), workshops=[ultrasound])
    entry = join(ultrasound, 1, at=NOW)
    cancel_order(order_id=order.pk, actor=None, at=NOW)
    offer_freed_places(line(ultrasound), at=NOW)
    typed = people_form(9) | {"agreed": "USD 23000", "person-1-ticket": "physician"}

    answer = english.post(f"/q/{entry.token}/take/", typed)

    taken = Order.objects.get(state="pending")
    assert answer["Location"] == f"/o/{taken.token}/"
    assert taken.total_minor == 23_000
    ultrasound.refresh_from_db()
    assert (ultrasound.seats_taken, ultrasound.waiting) == (1, 0)


def test_who_has_a_ticket_joins_and_takes_with_one_button(
    event, physician_ticket, ultrasound, english
):
    ultrasound.seats = 0
    ultrasound.save(update_fields=("seats",))
    registration = buy(physician_ticket).registrations.get()
    address = f"{join_address(ultrasound, 'workshop')}?place={registration.token}"
    own = english.get(f"/r/{registration.token}/workshops/").content.decode()
    assert f'href="{address}"' in own
    english.post(address, {})
    entry = WaitingEntry.objects.get()
    assert (entry.registration, entry.email) == (registration, registration.email)
    ultrasound.seats = 1
    ultrasound.save(update_fields=("seats",))

    shown = english.get(f"/q/{entry.token}/take/").content.decode()
    assert registration.badge_name in shown
    answer = english.post(f"/q/{entry.token}/take/")

    assert answer["Location"] == f"/o/{registration.order.token}/"
    assert registration.workshop_bookings.get().workshop == ultrasound


def test_declining_leaving_and_waiting_again(event, policy, english):
    course, entry = offered(event)
    second = join(course, 2, at=NOW)

    english.post(f"/q/{entry.token}/decline/")
    english.get(f"/q/{second.token}/")
    assert states(entry, second) == ["declined", "offered"]
    assert english.get(f"/q/{entry.token}/take/")["Location"] == f"/q/{entry.token}/"
    english.post(f"/q/{entry.token}/again/")
    assert states(entry) == ["waiting"]
    english.post(f"/q/{entry.token}/leave/")
    assert states(entry) == ["left"]
    again = english.post(f"/q/{entry.token}/leave/", follow=True)
    assert "cannot become" in again.content.decode()


def test_a_party_becomes_smaller_on_its_page(event, policy, english):
    course, _orders = sold_out(event)
    entry = join(course, 1, party_size=3, at=NOW)

    for wanted in ("x", "", "99999999999999999999", "3"):
        english.post(f"/q/{entry.token}/fewer/", {"party_size": wanted})
    entry.refresh_from_db()
    assert entry.party_size == 3
    english.post(f"/q/{entry.token}/fewer/", {"party_size": "1"})

    entry.refresh_from_db()
    course.refresh_from_db()
    assert (entry.party_size, course.waiting) == (1, 1)


def test_a_made_up_address_of_a_page_is_not_there(english, db):
    assert english.get("/q/0000000000000000000000000X/").status_code == 404
    assert english.post("/q/0000000000000000000000000X/leave/").status_code == 404


def test_the_desk_shows_the_lines_and_offers_in_order(event, policy, organiser):
    course, [order] = sold_out(event)
    first, second = join(course, 1, at=NOW), join(course, 2, at=NOW)
    cancel_order(order_id=order.pk, actor=None, at=NOW)
    desk = signed_in(organiser)
    desk.cookies["language"] = "en"
    address = f"/desk/{event.slug}/waiting/"

    page = desk.get(address).content.decode()
    assert page.index("Waiting 1") < page.index("Waiting 2")
    refused = desk.post(f"{address}{second.pk}/offer", {"reason": " "})
    assert refused.status_code == 422
    assert states(first, second) == ["waiting", "waiting"]
    answer = desk.post(f"{address}{second.pk}/offer", {"reason": "She teaches it."})

    assert answer["Location"] == address
    assert states(first, second) == ["waiting", "offered"]
    assert "She teaches it." in desk.get(address).content.decode()
    assert HistoryEntry.objects.get(action="waiting.offered_out_of_turn").actor == organiser


def test_another_events_organiser_offers_nothing_here(event, policy, other_organiser, other_event):
    course, _orders = sold_out(event)
    entry = join(course, 1, at=NOW)
    course.places = 2
    course.save(update_fields=("places",))
    desk = signed_in(other_organiser)

    assert desk.post(f"/desk/{event.slug}/waiting/{entry.pk}/offer").status_code == 404
    assert desk.post(f"/desk/{other_event.slug}/waiting/{entry.pk}/offer").status_code == 404
    assert states(entry) == ["waiting"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_desk_asks_as_often_for_many_as_for_one(
    event, policy, organiser, number, django_assert_num_queries
):
    desk = signed_in(organiser)
    for position in range(number):
        course, _orders = (
            sold_out(event, f"course-{position}", places=1)
            if not position
            else (make_ticket_type(event, f"course-{position}", places=0), None)
        )
        join(course, 10 + position, at=NOW)
        join(course, 20 + position, at=NOW)
    desk.get(f"/desk/{event.slug}/waiting/")

    with django_assert_num_queries(8):
        desk.get(f"/desk/{event.slug}/waiting/")
