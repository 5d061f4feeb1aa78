"""A confirmed person with a passport, and an event with somebody who signs."""

import datetime as dt

import pytest

from registration.models import Registration, VisaLetter
from registration.operations.inviting import approve_letter, request_letter
from registration.rules.letters import Passport
from tests.conftest import NOON
from tests.registration.documents.conftest import (  # noqa: F401 - fixtures
    free_ticket,
    issuer,
    order,
    paid_order,
    pay,
    physician_ticket,
    policy,
    ultrasound,
)

PASSPORT = Passport(
    name="Ana María ÑANDÚ GÜEMES IBÁÑEZ",
    number="AAF 123456",
    nationality="NG",
    born_on=dt.date(1985, 2, 28),
    arrives_on=dt.date(2027, 4, 12),
    leaves_on=dt.date(2027, 4, 20),
    consulate="Abuja",
    lodging="Hotel del Plata, Av. Corrientes 500",
)
EARLIER = NOON - dt.timedelta(days=20)


@pytest.fixture
def ana(paid_order, issuer) -> Registration:  # noqa: F811
    """Confirmed some days before she asks, so that nothing about her is suspicious."""
    registration = paid_order.registrations.get()
    registration.registered_at = EARLIER
    registration.save(update_fields=("registered_at",))
    return registration


def ask(registration: Registration, passport: Passport = PASSPORT, at=NOON) -> VisaLetter:
    return request_letter(registration_id=registration.pk, passport=passport, actor=None, at=at)


def approve(letter: VisaLetter, *, looked_twice=False, at=NOON) -> VisaLetter:
    return approve_letter(letter_id=letter.pk, looked_twice=looked_twice, actor=None, at=at)


@pytest.fixture
def requested(ana) -> VisaLetter:
    return ask(ana)


@pytest.fixture
def approved(requested) -> VisaLetter:
    return approve(requested)
