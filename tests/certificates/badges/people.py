"""Confirmed people, written straight into the tables: these tests are about their badges."""

import secrets

from registration.models import Order, Registration, TicketType
from registration.states import OrderState, PaymentMethod, Profession, RegistrationState
from tests.conftest import NOON


def make_ticket_type(event, **fields) -> TicketType:
    return TicketType.objects.create(
        **{
            "event": event,
            "slug": "medicos",
            "name": "Médicos",
            "price_minor": 0,
            "places": 5000,
            "badge_role": "Asistente",
            "badge_colour": 4,
            **fields,
        }
    )


def make_registration(ticket_type, *, email: str, **fields) -> Registration:
    order = Order.objects.create(
        event=ticket_type.event,
        reference=secrets.token_hex(6),
        submission_token=secrets.token_hex(16),
        state=OrderState.CONFIRMED,
        email=email,
        language="es",
        payment_method=PaymentMethod.FREE,
        total_minor=0,
        currency="USD",
        terms_version="1",
        placed_at=NOON,
        confirmed_at=NOON,
    )
    return Registration.objects.create(
        **{
            "event": ticket_type.event,
            "order": order,
            "ticket_type": ticket_type,
            "state": RegistrationState.CONFIRMED,
            "email": email,
            "language": "es",
            "badge_name": "Lucía Gómez",
            "certificate_name": "Lucía María Gómez",
            "profession": Profession.PHYSICIAN,
            "country": "AR",
            "institution": "Hospital Posadas",
            "price_minor": 0,
            "currency": "USD",
            "registered_at": NOON,
            "confirmed_at": NOON,
            "search_text": email,
            **fields,
        }
    )
