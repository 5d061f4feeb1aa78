"""A congress with a course of its own, a course elsewhere, a hidden one and one that is over."""

import datetime as dt

import pytest

from conference.models import Event, Venue
from conference.states import EventKind
from registration.models import RegistrationPolicy, TicketType
from tests.conftest import NOON, make_event

COMING = NOON - dt.timedelta(days=60)  # mid-February


def open_registration(event: Event, **fields) -> RegistrationPolicy:
    return RegistrationPolicy.objects.create(
        **{
            "event": event,
            "opens_at": NOON - dt.timedelta(days=90),
            "closes_at": NOON + dt.timedelta(days=4),
            "terms": "Be kind.",
            "terms_version": "1",
            **fields,
        }
    )


def sell(event: Event, slug: str, price_minor: int, *, places: int = 50, **fields) -> TicketType:
    return TicketType.objects.create(
        event=event, slug=slug, name=slug, price_minor=price_minor, places=places, badge_role=slug,
        **fields,
    )  # fmt: skip


@pytest.fixture
def congress(event) -> Event:
    event.languages = ["es", "en"]
    event.save(update_fields=("languages",))
    open_registration(event)
    sell(event, "physician", 18000)
    sell(event, "student", 6000)
    return event


@pytest.fixture
def ultrasound(congress) -> Event:
    course = make_event(
        "eco", kind=EventKind.COURSE, congress=congress, name="Ecografía crítica",
        first_day=dt.date(2027, 4, 12), last_day=dt.date(2027, 4, 13),
        subjects=["ultrasound"], languages=["es"],
    )  # fmt: skip
    open_registration(course)
    sell(course, "seat", 0, places=1, places_taken=1)
    return course


@pytest.fixture
def toxicology(congress) -> Event:
    sao_paulo = Venue.objects.create(name="Hospital Central", city="São Paulo", country="BR")
    return make_event(
        "tox", kind=EventKind.COURSE, name="Toxicología", venue=sao_paulo,
        first_day=dt.date(2027, 5, 30), last_day=dt.date(2027, 6, 1),
        subjects=["toxicology"], languages=["pt-br"],
    )  # fmt: skip


@pytest.fixture
def over(congress) -> Event:
    return make_event("congreso-2026", first_day=dt.date(2026, 4, 1), last_day=dt.date(2026, 4, 3))


@pytest.fixture
def everything(congress, ultrasound, toxicology, over) -> list[Event]:
    make_event("hidden", published_at=None)
    return [congress, ultrasound, toxicology, over]
