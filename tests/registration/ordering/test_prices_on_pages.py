"""Every ticket with her price and its reason, before the first field is typed."""

import datetime as dt
import html

import pytest
from django.test import Client
from django.utils import timezone

from registration.models import (
    GroupDiscount,
    IncludedWorkshop,
    Price,
    PricePhase,
    Quota,
    RegistrationPolicy,
    Society,
    TicketVariation,
    Voucher,
    Workshop,
)
from tests.registration.ordering.conftest import make_ticket_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(event):
    """Open now: pages read the real clock."""
    return RegistrationPolicy.objects.create(
        event=event,
        opens_at=timezone.now() - dt.timedelta(days=1),
        closes_at=timezone.now() + dt.timedelta(days=30),
        terms="Be kind.",
        terms_version="1",
    )


@pytest.fixture
def english():
    return Client(headers={"accept-language": "en"})


def cell(ticket_type, amount_minor, **named):
    return Price.objects.create(
        event=ticket_type.event, ticket_type=ticket_type, amount_minor=amount_minor,
        **{"currency": "USD", **named},
    )  # fmt: skip


def code(event, **fields):
    return Voucher.objects.create(
        event=event, code="FACULTY", made_at=timezone.now(),
        **{"effect": "percent", "percent": 50, "max_uses": 2, **fields},
    )  # fmt: skip


def said(client, event, query="", page="register/") -> str:
    answer = client.get(f"/e/{event.slug}/{page}{query}")
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def test_her_price_has_its_reason_and_what_comes_after(event, physician_ticket, english):
    early = PricePhase.objects.create(
        event=event, slug="early", name="Early", starts_at=timezone.now() - dt.timedelta(days=1),
        ends_at=timezone.now() + dt.timedelta(days=9),
    )  # fmt: skip
    cell(physician_ticket, 9_000, profession="resident", income_group="lower_middle", phase=early)
    cell(physician_ticket, 15_000, phase=early)

    for page in ("", "register/"):
        words = said(english, event, "?country=BO&profession=resident", page=page)
        assert "USD 90.00" in words
        assert "Resident physician, lower-middle income, early" in words
        assert ", then USD 180.00." in words
        others = said(english, event, "?country=AR&profession=physician", page=page)
        assert "USD 150.00" in others
        assert "USD 90.00" not in others


def test_the_choice_of_page_one_decides_the_price_of_page_two(event, physician_ticket, english):
    cell(physician_ticket, 9_000, profession="resident")

    page = english.get(
        f"/e/{event.slug}/register/details/?country=AR&profession=resident&ticket=physician"
    )

    assert page.status_code == 200
    words = page.content.decode()
    assert '<input type="hidden" name="agreed" value="USD 9000">' in words
    assert '<option value="resident" selected>' in words


def test_page_two_wants_country_and_profession_first(event, physician_ticket, english):
    page = english.get(f"/e/{event.slug}/register/details/?ticket=physician")

    assert page.status_code == 422
    words = page.content.decode()
    assert "Please choose the country where you practise." in words
    assert "Please choose your profession." in words
    assert 'value="physician" id="id_ticket_0" checked' in words


def test_a_currency_is_chosen_and_nothing_is_converted(event, physician_ticket, english):
    cell(physician_ticket, 20_000_000, currency="ARS")
    make_ticket_type(event, "dollars-only")

    words = said(english, event, "?currency=ARS")

    assert "ARS 200,000.00" in words
    assert "Not sold in ARS" in words
    assert "USD 180.00" in said(english, event, "?currency=XXX")


def test_a_member_sees_the_price_of_her_society_before_she_types_her_address(
    event, physician_ticket, english
):
    society = Society.objects.create(event=event, name="SAE")
    cell(physician_ticket, 10_000, society=society)

    assert "Member of SAE" in said(english, event, f"?society={society.pk}")
    assert "USD 100.00" not in said(english, event, "?society=0")


def test_a_ticket_for_one_profession_is_shown_to_it_alone(event, policy, english):
    make_ticket_type(event, "resident-only", professions=["resident"])

    assert "Only for:" in said(english, event)
    assert "Resident-Only" in said(english, event, "?profession=resident")
    assert "Resident-Only" not in said(english, event, "?profession=nurse")


def test_a_hidden_ticket_appears_with_its_code(event, physician_ticket, english):
    hidden = make_ticket_type(event, "faculty", needs_code=True)
    code(event, effect="access", percent=None).ticket_types.add(hidden)

    assert "Faculty" not in said(english, event)
    assert 'value="faculty"' in said(english, event, "?code=faculty")


@pytest.mark.parametrize(
    ("fields", "typed"),
    [
        ({}, "NOTHING"),
        ({"valid_until": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "FACULTY"),
        ({"max_uses": 0}, "FACULTY"),
        ({}, "F" * 500),
        ({}, "FACULTY%00"),
    ],
)
def test_every_code_that_does_not_hold_is_answered_in_the_same_words(
    event, physician_ticket, english, fields, typed
):
    code(event, **fields)
    query = f"?code={typed}&country=AR&profession=physician&ticket=physician"

    if typed != "FACULTY%00":  # the code alone, once the character nobody types is gone
        assert "This code cannot be used here." in said(english, event, query)
        page = english.get(f"/e/{event.slug}/register/details/{query}")
        assert page.status_code == 422
        assert "This code cannot be used here." in page.content.decode()
    else:
        assert english.get(f"/e/{event.slug}/register/{query}").status_code in (200, 400)


def test_codes_are_not_tried_for_ever(event, physician_ticket, english, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    address = f"/e/{event.slug}/register/?code=GUESS"

    answers = [english.get(address).status_code for _ in range(41)]

    assert answers == [200] * 40 + [429]
    assert english.get(f"/e/{event.slug}/register/").status_code == 200


def test_a_lowered_price_shows_the_one_it_replaces(event, physician_ticket, english):
    code(event)

    words = said(english, event, "?code=FACULTY")

    assert '<s><span class="visually-hidden">instead of </span>USD 180.00</s> USD 90.00' in words
    assert "With the code FACULTY." in words


def test_each_kind_of_a_ticket_is_a_choice_of_its_own(event, physician_ticket, english):
    TicketVariation.objects.create(
        event=event, ticket_type=physician_ticket, slug="online", name="Online", places=0
    )
    TicketVariation.objects.create(
        event=event, ticket_type=physician_ticket, slug="onsite", name="On site"
    )

    words = said(english, event)

    assert 'value="physician.onsite"' in words
    assert "Physician · Online" in words
    assert 'value="physician.online"' not in words


def test_what_a_ticket_includes_and_what_is_beside_it(event, physician_ticket, ultrasound, english):
    IncludedWorkshop.objects.create(ticket_type=physician_ticket, workshop=ultrasound)
    Workshop.objects.create(
        event=event, slug="dinner", name="Dinner", kind="social", price_minor=3000, seats=5
    )
    GroupDiscount.objects.create(event=event, min_people=5, percent=10)

    words = said(english, event, "?ticket=physician&workshops=ultrasound&social=dinner")

    assert "Includes: Ultrasound" in words
    assert "Social programme" in words
    assert "10 % less for 5 people or more." in words
    # the seat inside the ticket costs nothing more
    assert '<strong class="numeric">USD 210.00</strong>' in words


def test_a_shared_limit_says_sold_out(event, physician_ticket, english):
    room = Quota.objects.create(event=event, name="Room", size=3, taken=3)
    room.ticket_types.add(physician_ticket)

    words = said(english, event)

    assert "Sold out" in words
    assert 'name="ticket"' not in words


def test_the_pages_of_sixty_products_read_no_more_than_those_of_one(
    event, physician_ticket, english, django_assert_num_queries
):
    TicketVariation.objects.create(
        event=event, ticket_type=physician_ticket, slug="onsite", name="On site"
    )
    english.get(f"/e/{event.slug}/register/")
    with django_assert_num_queries(6):
        english.get(f"/e/{event.slug}/register/")

    for number in range(59):
        make_ticket_type(event, f"more-{number}")
    english.get(f"/e/{event.slug}/register/")  # who comes first reads the catalogue
    with django_assert_num_queries(6):
        english.get(f"/e/{event.slug}/register/")


@pytest.mark.parametrize(
    "query",
    [
        "?country=XX&profession=king&society=-1&currency=%F0%9F%92%B0&ticket=%00",
        "?society=99999999999999999999&people=1e9&code=%FF",
        "?country=AR&country=BO&workshops=" + "x" * 3000,
    ],
)
def test_an_address_that_makes_no_sense_is_a_page_all_the_same(
    event, physician_ticket, english, query
):
    for page in ("", "register/"):
        assert english.get(f"/e/{event.slug}/{page}{query}").status_code in (200, 400)
    assert english.get(f"/e/{event.slug}/register/details/{query}").status_code in (400, 422)
