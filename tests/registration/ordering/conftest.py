"""What is sold, and who buys."""

import datetime as dt

import pytest

from registration.models import Order, RegistrationPolicy, TicketType, Workshop
from registration.operations.ordering import place_order
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


def buy(ticket_type, *, attendee=ANA, workshops=(), at=NOON, **changes) -> Order:
    return place_order(
        **{
            "event_id": ticket_type.event_id,
            "attendee": attendee,
            "ticket_type_id": ticket_type.pk,
            "workshop_ids": [workshop.pk for workshop in workshops],
            "payment_method": "bank_transfer",
            "terms_accepted": True,
            "submission_token": f"form-of-{attendee.email}",
            "language": "es",
            "actor": None,
            "at": at,
            **changes,
        }
    )
