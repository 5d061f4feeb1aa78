"""What is sold, and who buys."""

import datetime as dt

import pytest

from registration.models import Order, RegistrationPolicy, TicketType, Workshop
from registration.operations.ordering import place_order
from registration.queries.wishes import PersonWish
from registration.rules.attendees import AttendeeDetails
from tests.conftest import NOON

ANA = AttendeeDetails(
    email="ana@example.org",
    badge_name="Dra. Ana Ñandú",
    certificate_name="Ana María Ñandú Güemes-Ibáñez",
    profession="physician",
    country="AR",
    institution="Hospital Fernández",
)


def somebody(number: int) -> AttendeeDetails:
    return AttendeeDetails(
        email=f"person{number}@example.org",
        badge_name=f"Person {number}",
        certificate_name=f"Person Number {number}",
        profession="nurse",
        country="UY",
    )


@pytest.fixture
def policy(event) -> RegistrationPolicy:
    return RegistrationPolicy.objects.create(
        event=event,
        opens_at=NOON - dt.timedelta(days=90),
        closes_at=NOON + dt.timedelta(days=4),
        transfer_days=5,
        bank_instructions="Banco Nación, CBU 0110599520000012345678",
        terms="Be kind.",
        terms_version="2027-1",
    )


def make_ticket_type(event, slug="physician", *, price_minor=18000, places=10, **fields):
    return TicketType.objects.create(
        event=event, slug=slug, name=slug.title(), price_minor=price_minor, places=places,
        badge_role=slug.title(), **fields,
    )  # fmt: skip


@pytest.fixture
def physician_ticket(event, policy) -> TicketType:
    return make_ticket_type(event)


@pytest.fixture
def free_ticket(event, policy) -> TicketType:
    return make_ticket_type(event, "student", price_minor=0)


@pytest.fixture
def ultrasound(event, policy) -> Workshop:
    return Workshop.objects.create(
        event=event, slug="ultrasound", name="Ultrasound", price_minor=5000, seats=2
    )


def wish(ticket_type, *, attendee=ANA, workshops=(), variation="", answers=None) -> PersonWish:
    return PersonWish(
        attendee=attendee,
        ticket_type=ticket_type.slug,
        variation=variation,
        workshops=[workshop.slug for workshop in workshops],
        answers=answers or {},
    )


def buy(ticket_type, *, attendee=ANA, workshops=(), people=None, at=NOON, **changes) -> Order:
    people = people or [wish(ticket_type, attendee=attendee, workshops=workshops)]
    return place_order(
        **{
            "event_slug": ticket_type.event.slug,
            "people": people,
            "payment_method": "bank_transfer",
            "terms_accepted": True,
            "submission_token": f"form-of-{people[0].attendee.email}",
            "language": "es",
            "actor": None,
            "at": at,
            **changes,
        }
    )
