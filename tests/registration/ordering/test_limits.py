"""One network address places so many orders a minute; a limit of nought is none."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from registration.models import Order
from tests.registration.ordering.conftest import free_ticket, policy  # noqa: F401 - fixtures

MINE = {"REMOTE_ADDR": "192.0.2.1", "HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture(autouse=True)
def _two_a_minute(settings):
    cache.clear()
    settings.ORDERS_PER_MINUTE = 2


@pytest.fixture
def sold(free_ticket, monkeypatch):  # noqa: F811
    """The pages read the clock, so the sale is on today."""
    import datetime as dt

    from django.utils import timezone

    now = timezone.now()
    rules = free_ticket.event.registration_policy
    rules.opens_at, rules.closes_at = now - dt.timedelta(days=1), now + dt.timedelta(days=1)
    rules.save(update_fields=("opens_at", "closes_at"))
    return free_ticket


def order_by_api(sold, number: int, **extra):
    attendee = {
        "email": f"p{number}@example.org", "badge_name": "P", "certificate_name": "P",
        "profession": "nurse", "country": "UY",
    }  # fmt: skip
    body = {"people": [{"ticket_type": sold.slug, "attendee": attendee}], "terms_accepted": True}
    return Client(**{**MINE, **extra}).post(
        f"/api/v1/events/{sold.event.slug}/orders/", json.dumps(body), "application/json"
    )


def order_by_page(sold, number: int):
    person = {
        "email": f"p{number}@example.org", "badge_name": "Pía", "certificate_name": "Pía",
        "profession": "nurse", "country": "UY", "ticket": sold.slug,
    }  # fmt: skip
    typed = {f"person-1-{name}": value for name, value in person.items()} | {
        "people": "1", "terms_accepted": "on", "submission_token": f"form-{number}",
        "agreed": "USD 0",
    }  # fmt: skip
    address = (
        f"/e/{sold.event.slug}/register/details/?country=UY&profession=nurse&ticket={sold.slug}"
    )
    return Client(**MINE).post(address, typed)


def test_the_third_order_of_a_minute_is_asked_to_wait(sold):
    answers = [order_by_api(sold, number) for number in (1, 2, 3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[2]["Retry-After"] == "60"
    assert answers[2].json()["code"] == "throttled"
    assert Order.objects.count() == 2


def test_pages_and_api_count_together_and_a_page_keeps_what_was_typed(sold):
    assert order_by_page(sold, 1).status_code == 302
    assert order_by_api(sold, 2).status_code == 201

    refused = order_by_page(sold, 3)

    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert 'value="Pía"' in refused.content.decode()
    assert "Please send it again." in refused.content.decode()
    assert Order.objects.count() == 2


def test_another_network_is_served(sold):
    for number in (1, 2, 3):
        order_by_api(sold, number)

    assert order_by_api(sold, 4, REMOTE_ADDR="192.0.2.2").status_code == 201


def test_nought_is_no_limit(sold, settings):
    settings.ORDERS_PER_MINUTE = 0

    assert {order_by_api(sold, number).status_code for number in range(5)} == {201}
