"""One physician with a badge, an entrance, two session doors."""

import pytest

from registration.models import Badge, Registration, ScanPoint, Workshop
from registration.states import ScanPointKind
from schedule.models import Session
from tests.registration.onsite.cast import (
    make_badge,
    make_registration,
    make_session,
    make_session_door,
)


@pytest.fixture
def entrance(event) -> ScanPoint:
    return ScanPoint.objects.create(event=event, kind=ScanPointKind.ENTRANCE, name="Main entrance")


@pytest.fixture
def side_entrance(event) -> ScanPoint:
    return ScanPoint.objects.create(event=event, kind=ScanPointKind.ENTRANCE, name="Side entrance")


@pytest.fixture
def session(event) -> Session:
    return make_session(event, "sepsis")


@pytest.fixture
def session_door(session) -> ScanPoint:
    return make_session_door(session)


@pytest.fixture
def registration(event) -> Registration:
    return make_registration(event)


@pytest.fixture
def badge(registration) -> Badge:
    return make_badge(registration)


@pytest.fixture
def workshop(event) -> Workshop:
    return Workshop.objects.create(
        event=event,
        session=make_session(event, "ultrasound-hands-on"),
        slug="ultrasound",
        name="Ultrasound",
        price_minor=0,
        seats=10,
    )
