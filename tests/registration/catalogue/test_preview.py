"""The shop as a given person sees it, and the price check."""

import datetime as dt

import pytest

from registration.models import (
    Order,
    Price,
    PricePhase,
    Society,
    SocietyMember,
    Voucher,
)
from tests.conftest import NOON
from tests.registration.catalogue.conftest import address
from tests.registration.ordering.conftest import make_ticket_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def priced(event, physician_ticket):
    early = PricePhase.objects.create(
        event=event, slug="early", name="Early", starts_at=NOON - dt.timedelta(days=60),
        ends_at=NOON,
    )  # fmt: skip
    society = Society.objects.create(event=event, name="SAE")
    SocietyMember.objects.create(society=society, email="ana@example.org")
    for amount_minor, cell in (
        (4_000, {"profession": "resident", "income_group": "lower_middle", "phase": early}),
        (9_999, {"society": society}),
        (777_700, {"currency": "ARS"}),
    ):
        Price.objects.create(
            event=event, ticket_type=physician_ticket, amount_minor=amount_minor,
            **{"currency": "USD", **cell},
        )  # fmt: skip
    return physician_ticket


def page(desk, event, **said) -> str:
    response = desk.get(address("preview", event), said)
    assert response.status_code == 200
    return response.content.decode()


def test_the_price_of_a_person_is_shown_with_its_reason(event, desk, priced):
    resident = {"country": "BO", "profession": "resident"}

    early = page(desk, event, **resident, moment="2027-04-01T12:00")
    later = page(desk, event, **resident, moment="2027-04-15T12:00")

    assert "USD 40.00" in early
    assert "Resident physician, lower-middle income, early" in early
    assert "USD 40.00" not in later
    assert "USD 180.00" in later
    assert "no cell of the matrix holds" in later
    assert Order.objects.count() == 0


def test_a_member_is_known_by_her_address_and_other_money_has_its_own_price(event, desk, priced):
    assert "USD 99.99" in page(desk, event, email="Ana@example.org", moment="2027-04-15T12:00")
    assert "ARS 7,777.00" in page(desk, event, currency="ARS")


def test_what_is_kept_from_a_person_is_listed_with_why(event, desk, priced):
    make_ticket_type(event, "Faculty", needs_code=True)
    make_ticket_type(event, "Students", professions=["student"])
    make_ticket_type(event, "Later", shown_from=NOON)
    Voucher.objects.create(
        event=event, code="OPEN", effect="access", made_at=NOON
    )  # fmt: skip

    without = page(desk, event, profession="physician", moment="2027-04-01T12:00")
    kept = without.partition("Not shown to this person")[2]
    with_code = page(desk, event, profession="physician", code="open", moment="2027-04-15T12:00")

    assert ["Faculty" in kept, "Students" in kept, "Later" in kept] == [True] * 3
    assert "Only with a code" in kept
    assert "For other professions" in kept
    assert "Hidden" in kept
    kept = with_code.partition("Not shown to this person")[2]
    assert ["Faculty" in kept, "Students" in kept, "Later" in kept] == [False, True, False]


def test_a_preview_of_nonsense_is_refused_and_still_shows_the_shop(event, desk, priced):
    response = desk.get(address("preview", event), {"moment": "0001-01-01T00:00", "country": "XX"})

    assert response.status_code == 422
    assert "between 2000 and 2100" in response.content.decode()
