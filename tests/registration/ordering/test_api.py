import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from registration.api.order_shapes import OrderOutput, order_in_json
from registration.models import IdempotencyKey, Order, RegistrationPolicy, TicketType
from tests.registration.ordering.conftest import make_ticket_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(event):
    """Open now: the API reads the real clock."""
    return RegistrationPolicy.objects.create(
        event=event,
        opens_at=timezone.now() - dt.timedelta(days=1),
        closes_at=timezone.now() + dt.timedelta(days=1),
        terms="Be kind.",
        terms_version="1",
    )


PERSONAL = {"ticket_type", "variation", "workshops", "answers"}


def body(**changes):
    attendee = {
        "email": "ana@example.org",
        "badge_name": "Ana",
        "certificate_name": "Ana Núñez",
        "profession": "physician",
        "country": "AR",
        **changes.pop("attendee", {}),
    }
    person = {"ticket_type": "physician", "attendee": attendee}
    person |= {name: changes.pop(name) for name in PERSONAL & changes.keys()}
    return {
        "payment_method": "bank_transfer",
        "terms_accepted": True,
        "people": [person],
        **changes,
    }


def post(event, content, client=None, **headers):
    return (client or Client()).post(
        f"/api/v1/events/{event.slug}/orders/",
        content,
        content_type="application/json",
        headers=headers,
    )


def test_an_order_is_placed_and_found_by_its_token(event, physician_ticket, ultrasound):
    answer = post(event, body(workshops=["ultrasound"]))

    assert answer.status_code == 201
    placed = answer.json()
    assert (placed["state"], placed["total_minor"], placed["currency"]) == ("pending", 23000, "USD")
    assert placed["page"].endswith(f"/o/{placed['token']}/")
    assert [place["badge_name"] for place in placed["registrations"]] == ["Ana"]
    assert Client().get(f"/api/v1/orders/{placed['token']}/").json() == placed


def test_an_unknown_token_or_event_is_not_found(event, physician_ticket):
    assert Client().get("/api/v1/orders/NOBODY/").status_code == 404
    event.slug = "somewhere-else"
    assert post(event, body()).status_code == 404
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"price": 1}, "price", "unknown_field"),
        ({"attendee": {"is_staff": True}}, "people.0.attendee.is_staff", "unknown_field"),
        ({"attendee": {"badge_name": "   "}}, "people.0.attendee.badge_name", "required"),
        ({"attendee": {"badge_name": "\u202e\u2066"}}, "people.0.attendee.badge_name", "required"),
        ({"attendee": {"badge_name": "A" + "\u0301" * 199}}, "people.0.attendee.badge_name", "too_many_marks"),
        ({"attendee": {"badge_name": "W" * 201}}, "people.0.attendee.badge_name", "too_long"),
        ({"attendee": {"email": "a@b.co\r\nBcc: x@y.org"}}, "people.0.attendee.email", "invalid_email"),
        ({"attendee": {"email": "a@localhost"}}, "people.0.attendee.email", "invalid_email"),
        ({"attendee": {"country": "XX"}}, "people.0.attendee.country", "does_not_exist"),
        ({"attendee": {"profession": "wizard"}}, "people.0.attendee.profession", "invalid_choice"),
        ({"ticket_type": "unknown"}, "ticket_type", "does_not_exist"),
        ({"workshops": ["unknown"]}, "workshops", "does_not_exist"),
        ({"terms_accepted": False}, "terms_accepted", "terms_not_accepted"),
        ({"payment_method": "free"}, "payment_method", "payment_method"),
    ],
)  # fmt: skip
def test_bad_input_names_its_field_and_places_nothing(
    event, physician_ticket, changes, field, code
):
    answer = post(event, body(**changes))

    assert answer.status_code == 400
    assert answer.json()["fields"][field][0]["code"] == code
    assert Order.objects.count() == 0


def test_a_body_that_is_no_order_is_refused(event, physician_ticket):
    for content in ("", "null", "[]", '{"people":', '{"people": ["\\u0000"]}', '{"people": [7]}'):
        answer = post(event, content)
        assert answer.status_code == 400, content
    assert Order.objects.count() == 0


def test_sold_out_is_a_conflict(event, policy):
    make_ticket_type(event, places=0)

    answer = post(event, body())

    assert answer.status_code == 409
    assert answer.json()["code"] == "sold_out"
    assert answer.json()["fields"]["ticket_type"][0]["code"] == "sold_out"


def test_the_same_key_gets_the_same_answer_and_no_second_order(event, physician_ticket):
    first = post(event, body(), **{"Idempotency-Key": "k1"})
    Order.objects.update(reference="CHANGED")

    second = post(event, body(), **{"Idempotency-Key": "k1"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second["Idempotent-Replayed"] == "true"
    assert Order.objects.count() == IdempotencyKey.objects.count() == 1
    assert TicketType.objects.get().places_taken == 1


def test_the_same_key_with_another_body_is_refused(event, physician_ticket):
    post(event, body(), **{"Idempotency-Key": "k1"})

    answer = post(event, body(attendee={"badge_name": "Eva"}), **{"Idempotency-Key": "k1"})

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Order.objects.count() == 1


def test_a_refused_request_leaves_its_key_free(event, physician_ticket):
    refused = post(event, body(terms_accepted=False), **{"Idempotency-Key": "k1"})
    accepted = post(event, body(), **{"Idempotency-Key": "k1"})

    assert (refused.status_code, accepted.status_code) == (400, 201)


def test_a_key_that_is_no_key_is_refused(event, physician_ticket):
    answer = post(event, body(), **{"Idempotency-Key": "k" * 256})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key")
    assert Order.objects.count() == 0


def test_the_offer_is_listed(event, physician_ticket, ultrasound, django_assert_num_queries):
    make_ticket_type(event, "resident", price_minor=9000, places=3)
    with django_assert_num_queries(2):
        tickets = Client().get(f"/api/v1/events/{event.slug}/ticket-types/").json()
    workshops = Client().get(f"/api/v1/events/{event.slug}/workshops/").json()

    assert [(t["slug"], t["price_minor"], t["places_left"]) for t in tickets] == [
        ("physician", 18000, 10),
        ("resident", 9000, 3),
    ]
    assert [(w["slug"], w["seats_left"], w["session"]) for w in workshops] == [
        ("ultrasound", 2, None)
    ]


def test_placing_by_the_api_costs_few_queries(event, physician_ticket, django_assert_num_queries):
    post(
        event, body(attendee={"email": "first@example.org"})
    )  # who comes first reads the catalogue

    with django_assert_num_queries(11):  # two of them are the savepoint of the test
        post(event, body())


def test_the_answer_to_a_buyer_is_what_the_description_of_the_api_says(event, physician_ticket):
    post(event, body())
    order = Order.objects.get()

    assert order_in_json(order) == OrderOutput(order).data
    assert list(order_in_json(order)) == list(OrderOutput(order).data)


def test_a_refusal_of_a_sold_out_ticket_costs_few_queries(event, policy, django_assert_num_queries):
    make_ticket_type(event, "last", places=1)
    assert post(event, body(ticket_type="last")).status_code == 201
    later = body(ticket_type="last", attendee={"email": "bea@example.org"})

    with django_assert_num_queries(4):  # the wish, the form before, holds and offers that are over
        refused = post(event, later)

    assert (refused.status_code, refused.json()["code"]) == (409, "sold_out")
    assert Order.objects.count() == 1
