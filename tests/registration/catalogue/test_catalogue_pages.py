"""The organiser's pages of what is sold."""

import re

import pytest

from registration.models import Quota, TicketType, TicketVariation, Workshop
from tests.conftest import NOON
from tests.registration.catalogue.conftest import address
from tests.registration.ordering.conftest import buy, make_ticket_type

pytestmark = pytest.mark.django_db


def ticket(**fields):
    return {
        "name_0": "Médico", "name_2": "Physician", "price": "1,234.50", "currency": "USD",
        "places": "40", "min_per_order": "1", "max_per_order": "10", "badge_role_0": "Médico",
        "badge_colour": "2", "professions": ["physician", "resident"], "is_offered": "on",
        "sale_ends_at": "2027-04-01T12:00", "slug": "", **fields,
    }  # fmt: skip


def test_an_organiser_adds_a_ticket_type_on_its_page(event, policy, desk, ultrasound):
    response = desk.post(
        address("add_ticket_type", event), ticket(included=[ultrasound.pk]), follow=True
    )

    assert response.redirect_chain[-1][0] == address("catalogue", event)
    added = TicketType.objects.get()
    assert (added.slug, added.price_minor, added.professions, added.badge_colour) == (
        "physician", 123_450, ["physician", "resident"], 2,
    )  # fmt: skip
    # Noon in Buenos Aires.
    assert added.sale_ends_at == NOON.replace(month=4, day=1)
    page = response.content.decode()
    assert "Physician" in page
    assert "0 of 40 taken, 40 left" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"price": "1_000"}, "Please write an amount such as 1,234.50."),
        ({"price": "١٢٣"}, "Please write an amount such as 1,234.50."),
        ({"price": "1.234"}, "This currency has no such small coins."),
        ({"places": "-1"}, "greater than or equal to 0"),
        ({"places": "1.5"}, "whole number"),
        ({"places": str(2**70)}, "less than or equal to"),
        ({"name_0": "", "name_2": ""}, "This field is required."),
        ({"sale_ends_at": "0001-01-01T00:00"}, "between 2000 and 2100"),
        ({"sale_ends_at": "9999-12-31T23:59"}, "between 2000 and 2100"),
        ({"sale_ends_at": "2027-02-30T10:00"}, "Enter a valid date/time."),
        ({"min_per_order": "5", "max_per_order": "2"}, "The most in one order"),
        ({"professions": ["wizard"]}, "Select a valid choice."),
    ],
)
def test_a_wrong_ticket_type_is_refused_keeps_what_was_typed_and_adds_nothing(
    event, policy, desk, wrong, said
):
    response = desk.post(address("add_ticket_type", event), ticket(**wrong))

    assert response.status_code == 422
    page = response.content.decode()
    assert said in page, re.findall(r"error-summary.*?</ul>", page, re.DOTALL)
    assert 'value="40"' in page or "places" in wrong
    assert TicketType.objects.count() == 0


def test_the_page_of_a_ticket_type_shows_it_as_it_is_and_changes_it(event, desk, policy):
    sold = make_ticket_type(event, price_minor=123_450, sale_ends_at=NOON)
    page = desk.get(address("edit_ticket_type", event, sold.pk)).content.decode()
    assert 'value="1,234.50"' in page
    assert 'value="2027-04-14T12:00"' in page

    response = desk.post(
        address("edit_ticket_type", event, sold.pk), ticket(slug="physician", places="0")
    )

    assert response.status_code == 302
    sold.refresh_from_db()
    assert (sold.places, str(sold.name)) == (0, "Physician")


def test_in_spanish_amounts_are_typed_with_a_comma(event, desk, policy):
    desk.cookies["django_language"] = "es"

    response = desk.post(address("add_ticket_type", event), ticket(price="1.234,50"))

    assert (response.status_code, TicketType.objects.get().price_minor) == (302, 123_450)


def test_places_below_what_is_sold_are_refused_on_the_page(event, desk, physician_ticket):
    buy(physician_ticket)

    response = desk.post(
        address("edit_ticket_type", event, physician_ticket.pk), ticket(places="0")
    )

    assert response.status_code == 422
    assert "More places than that are taken already." in response.content.decode()
    physician_ticket.refresh_from_db()
    assert (physician_ticket.places, str(physician_ticket.name)) == (10, "Physician")


def test_deleting_what_was_sold_offers_to_stop_it_instead(event, desk, physician_ticket):
    buy(physician_ticket)

    page = desk.post(
        address("delete_ticket_type", event, physician_ticket.pk), follow=True
    ).content.decode()
    assert "Stop offering it instead." in page
    desk.post(address("stop_ticket_type", event, physician_ticket.pk))

    physician_ticket.refresh_from_db()
    assert physician_ticket.is_offered is False


def test_a_variation_a_workshop_and_a_quota_are_added_on_their_pages(event, desk, physician_ticket):
    variation = {"name_2": "Online", "places": "5", "slug": "", "is_offered": "on"}
    dinner = {
        "name_2": "Dinner", "kind": "social", "session": "", "price": "40", "currency": "USD",
        "seats": "80", "slug": "", "is_offered": "on",
    }  # fmt: skip

    answers = [
        desk.post(address("add_variation", event, physician_ticket.pk), variation),
        desk.post(address("add_workshop", event), dinner),
        desk.post(
            address("add_quota", event),
            {"name": "Room", "size": "40", "ticket_types": [physician_ticket.pk]},
        ),
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert TicketVariation.objects.get().ticket_type == physician_ticket
    assert (Workshop.objects.get().kind, Workshop.objects.get().price_minor) == ("social", 4_000)
    assert list(Quota.objects.get().ticket_types.all()) == [physician_ticket]
    assert desk.get(address("catalogue", event)).status_code == 200


def test_moving_a_ticket_with_its_button(event, desk, policy):
    make_ticket_type(event, "a")
    last = make_ticket_type(event, "b")

    desk.post(address("move_ticket_type", event, last.pk), {"direction": "up"})

    assert list(event.ticket_types.values_list("slug", flat=True)) == ["b", "a"]


def test_things_of_another_event_do_not_exist_here(event, other_event, desk, policy):
    there = make_ticket_type(other_event)

    for name in ("edit", "delete", "move", "stop"):
        response = desk.post(address(f"{name}_ticket_type", event, there.pk), {})
        assert response.status_code == 404
    assert desk.get(address("add_variation", event, there.pk)).status_code == 404
    assert TicketType.objects.count() == 1
