"""
Every address × everybody, made from the URL configuration.

An address that declares no access fails. A person without business at an address of a team gets
404 as if it did not exist, an anonymous one is sent to log in (pages) or gets 401 (API).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from conference.access import Access, Level, declared_access
from conference.models import ApiKey, Event, Membership, User
from conference.operations.keys import make_key
from conference.states import ApiScope, Role
from tests.conftest import NOON, make_event, make_user, signed_in

WHO = ("anonymous", "stranger", "attendee", "other_organiser", "organiser", "door_volunteer")
ALLOWED_ROLES = {"organiser": Role.ORGANISER, "door_volunteer": Role.DOOR}


@dataclass(frozen=True)
class Address:
    pattern: str
    view: object
    access: Access | None

    @property
    def is_api(self) -> bool:
        return getattr(self.view, "cls", None) is not None


def addresses(patterns=None, prefix="") -> Iterator[Address]:
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, pattern)
        elif isinstance(entry, URLPattern):
            yield Address(pattern, entry.callback, declared_access(entry.callback))


def path_of(pattern: str, *, event_slug: str) -> str:
    """A path of that pattern for the event; every other part is something that does not exist."""
    import re

    fill = {"event_slug": event_slug}

    def value(match: re.Match[str]) -> str:
        kind, _colon, name = match.group(1).rpartition(":")
        if name in fill:
            return fill[name]
        return {
            "int": "999999",
            "uuid": "00000000-0000-4000-8000-000000000000",
        }.get(kind, "0000000000000000000000000X")

    return "/" + re.sub(r"<([^>]+)>", value, pattern)


TEAM_ADDRESSES = [
    one for one in addresses() if one.access is not None and one.access.level is Level.TEAM
]
SIGNED_IN_ADDRESSES = [
    one for one in addresses() if one.access is not None and one.access.level is Level.SIGNED_IN
]


@pytest.fixture(scope="module")
def everybody(lasting) -> tuple[Event, Event, dict[str, User]]:
    """The event whose team is meant, another one, and one of each of WHO but the anonymous."""
    event, other_event = make_event(), make_event("curso-eco-2027")
    people = {who: make_user(f"{who}@example.org") for who in WHO[1:]}
    for who, at_event, role in (
        ("organiser", event, Role.ORGANISER),
        ("door_volunteer", event, Role.DOOR),
        ("other_organiser", other_event, Role.ORGANISER),
    ):
        Membership.objects.create(event=at_event, user=people[who], role=role, added_at=NOON)
    return event, other_event, people


@pytest.fixture
def event(everybody, db) -> Event:
    return everybody[0]


@pytest.fixture
def other_event(everybody, db) -> Event:
    return everybody[1]


def test_every_address_declares_its_access():
    undeclared = [one.pattern for one in addresses() if one.access is None]

    assert undeclared == []


def test_an_address_without_a_declared_access_is_refused(settings, db):
    settings.ROOT_URLCONF = "tests.permissions.undeclared_urls"

    assert Client().get("/nobody-said-who/").status_code == 404


@pytest.mark.parametrize("address", TEAM_ADDRESSES, ids=lambda one: one.pattern)
def test_team_addresses_open_for_their_team_alone(address, everybody, event):
    people = everybody[-1]
    path = path_of(address.pattern, event_slug=event.slug)

    answers = {who: signed_in(person).get(path) for who, person in people.items()}

    for who, answer in answers.items():
        if ALLOWED_ROLES.get(who) in address.access.roles:
            assert answer.status_code in (200, 302, 404, 405), who
            assert not answer.get("Location", "").startswith("/accounts/login/"), who
        else:
            assert answer.status_code == 404, who
    anonymous = Client().get(path)
    assert anonymous.status_code == (401 if address.is_api else 302)
    assert address.is_api or anonymous["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("address", SIGNED_IN_ADDRESSES, ids=lambda one: one.pattern)
def test_personal_addresses_ask_an_anonymous_visitor_to_log_in(address, event):
    response = Client().get(path_of(address.pattern, event_slug=event.slug))

    assert response.status_code == (401 if address.is_api else 302)


def key_for(event, scopes) -> str:
    at = timezone.now()
    return make_key(
        event_id=event.pk,
        name="Partner",
        scopes=scopes,
        expires_at=at + dt.timedelta(days=1),
        actor=None,
        at=at,
    ).written


def get_with_key(path: str, written: str):
    return Client().get(path, headers={"Authorization": f"Api-Key {written}"})


API_TEAM_ADDRESSES = [one for one in TEAM_ADDRESSES if one.is_api]
OPENED_BY_KEYS = [one for one in API_TEAM_ADDRESSES if one.access.scope is not None]


@pytest.mark.parametrize("address", OPENED_BY_KEYS, ids=lambda one: one.pattern)
def test_a_key_opens_what_its_scope_says_at_its_own_event(address, event, other_event):
    path = path_of(address.pattern, event_slug=event.slug)
    others = [scope for scope in ApiScope.values if scope != address.access.scope]

    with_scope = get_with_key(path, key_for(event, [address.access.scope]))
    without_scope = get_with_key(path, key_for(event, others))
    of_another_event = get_with_key(path, key_for(other_event, ApiScope.values))

    assert with_scope.status_code in (200, 404, 405)
    assert (without_scope.status_code, without_scope.json()["code"]) == (403, "key_lacks_scope")
    assert address.access.scope in without_scope.json()["detail"]
    assert of_another_event.status_code == 404


@pytest.mark.parametrize("address", API_TEAM_ADDRESSES, ids=lambda one: one.pattern)
def test_a_key_that_does_not_hold_opens_nothing(address, event):
    path = path_of(address.pattern, event_slug=event.slug)
    revoked, ended = key_for(event, ApiScope.values), key_for(event, ApiScope.values)
    ApiKey.objects.filter(prefix=revoked[:6]).update(revoked_at=timezone.now())
    ApiKey.objects.filter(prefix=ended[:6]).update(
        created_at=timezone.now() - dt.timedelta(days=2), expires_at=timezone.now()
    )

    answers = [get_with_key(path, written) for written in (revoked, ended, "", "K7Q2MX-NOBODY")]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 401]
    assert [answer.json()["code"] for answer in answers] == [
        "key_revoked", "key_expired", "key_unknown", "key_unknown",
    ]  # fmt: skip
    assert answers[0]["WWW-Authenticate"] == "Api-Key"


@pytest.mark.parametrize(
    "address", [one for one in TEAM_ADDRESSES if not one.is_api], ids=lambda one: one.pattern
)
def test_no_key_opens_a_page_of_the_desk(address, event):
    path = path_of(address.pattern, event_slug=event.slug)

    response = get_with_key(path, key_for(event, ApiScope.values))

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_there_are_team_addresses_to_test():
    """The matrix would pass over nothing; it does not."""
    assert len(TEAM_ADDRESSES) >= 10
    assert len(OPENED_BY_KEYS) >= 2


PUBLIC_ADDRESSES = [
    one
    for one in addresses()
    if one.access is not None
    and one.access.level in (Level.PUBLIC, Level.SECRET_ADDRESS)
    and getattr(one.view, "__module__", "").partition(".")[0]
    in {"conference", "schedule", "registration", "certificates"}
]


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES, ids=lambda one: one.pattern)
def test_a_public_address_with_nonsense_in_it_is_never_an_error_of_ours(address, event):
    client = Client(raise_request_exception=False)

    for nonsense in ("", "?q=%00", "?page=-1", "?day=2027-02-30", "?q=" + "a" * 5000):
        response = client.get(path_of(address.pattern, event_slug="no-such-event") + nonsense)
        assert response.status_code < 500, nonsense
