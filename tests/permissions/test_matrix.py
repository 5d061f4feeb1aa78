"""
Every address × everybody, made from the URL configuration.

An address that declares no access fails. A person without business at an address of a team gets
404 as if it did not exist, an anonymous one is sent to log in (pages) or gets 401 (API).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from conference.access import Access, Level, declared_access
from conference.states import Role
from tests.conftest import signed_in

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


def test_every_address_declares_its_access():
    undeclared = [one.pattern for one in addresses() if one.access is None]

    assert undeclared == []


def test_an_address_without_a_declared_access_is_refused(settings, db):
    settings.ROOT_URLCONF = "tests.permissions.undeclared_urls"

    assert Client().get("/nobody-said-who/").status_code == 404


@pytest.fixture
def attendee(event):
    from tests.conftest import make_user

    return make_user("attendee@example.org")


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("address", TEAM_ADDRESSES, ids=lambda one: one.pattern)
def test_team_addresses_open_for_their_team_alone(request, address, who, event, other_event):
    client = Client() if who == "anonymous" else signed_in(request.getfixturevalue(who))
    path = path_of(address.pattern, event_slug=event.slug)

    response = client.get(path)

    if who == "anonymous":
        if address.is_api:
            assert response.status_code == 401
        else:
            assert response.status_code == 302
            assert response["Location"].startswith("/accounts/login/")
    elif ALLOWED_ROLES.get(who) in address.access.roles:
        assert response.status_code in (200, 302, 404, 405)
        assert not response.get("Location", "").startswith("/accounts/login/")
    else:
        assert response.status_code == 404


@pytest.mark.parametrize("address", SIGNED_IN_ADDRESSES, ids=lambda one: one.pattern)
def test_personal_addresses_ask_an_anonymous_visitor_to_log_in(address, event):
    response = Client().get(path_of(address.pattern, event_slug=event.slug))

    assert response.status_code == (401 if address.is_api else 302)


def test_there_are_team_addresses_to_test():
    """The matrix would pass over nothing; it does not."""
    assert len(TEAM_ADDRESSES) >= 10


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
