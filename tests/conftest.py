"""The cast of every test: who acts, at which event, at what time."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from conference.models import Event, Membership, Room, User, Venue
from conference.states import EventKind, Role

pytest_plugins = ["tests.browser", "tests.cleaning", "tests.lasting", "tests.payment_simulator"]

# A slow machine is no failure of a property.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

NOON = dt.datetime(2027, 4, 14, 15, 0, tzinfo=dt.UTC)  # noon in Buenos Aires, first congress day


@pytest.fixture(autouse=True)
def _in_english():
    """What is said outside a request is said in English, whatever the test before spoke."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _media_in_a_folder_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def noon() -> dt.datetime:
    return NOON


def make_user(email: str, **fields) -> User:
    return User.objects.create_user(email, **fields)


def make_event(slug: str = "congreso-2027", **fields) -> Event:
    venue, _created = Venue.objects.get_or_create(
        name="Centro de Convenciones", city="Buenos Aires", country="AR"
    )
    return Event.objects.create(
        **{
            "kind": EventKind.CONGRESS,
            "slug": slug,
            "name": f"Congreso {slug}",
            "short_name": slug,
            "venue": venue,
            "first_day": dt.date(2027, 4, 14),
            "last_day": dt.date(2027, 4, 18),
            "organiser_name": "Sociedad Interamericana de Emergencias",
            "contact_email": "congreso@example.org",
            "published_at": NOON - dt.timedelta(days=100),
            **fields,
        }
    )


@pytest.fixture
def event(db) -> Event:
    return make_event()


@pytest.fixture
def other_event(db) -> Event:
    return make_event("curso-eco-2027", kind=EventKind.COURSE)


@pytest.fixture
def room(event) -> Room:
    return Room.objects.create(event=event, name="Aula Magna", slug="aula-magna", capacity=500)


def _member(event: Event, email: str, role: Role) -> User:
    user = make_user(email, name=email.partition("@")[0].title())
    Membership.objects.create(event=event, user=user, role=role, added_at=NOON)
    return user


@pytest.fixture
def organiser(event) -> User:
    return _member(event, "organiser@example.org", Role.ORGANISER)


@pytest.fixture
def other_organiser(other_event) -> User:
    return _member(other_event, "other-organiser@example.org", Role.ORGANISER)


@pytest.fixture
def door_volunteer(event) -> User:
    return _member(event, "door@example.org", Role.DOOR)


@pytest.fixture
def stranger(db) -> User:
    return make_user("stranger@example.org")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
