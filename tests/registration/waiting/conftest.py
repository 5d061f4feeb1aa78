"""A full ticket type and people who wait for it; what is sold are the fixtures of ordering."""

import datetime as dt

import pytest

from registration.models import RegistrationPolicy, WaitingEntry
from registration.operations.queueing import join_waiting_list
from registration.rules.queueing import Line
from tests.conftest import NOON
from tests.registration.ordering.conftest import (
    buy,
    make_ticket_type,
    physician_ticket,
    somebody,
    ultrasound,
)

__all__ = ["physician_ticket", "ultrasound"]


@pytest.fixture
def policy(event) -> RegistrationPolicy:
    return RegistrationPolicy.objects.create(
        event=event,
        opens_at=NOON - dt.timedelta(days=1000),
        closes_at=NOON + dt.timedelta(days=60),
        terms="Be kind.",
        terms_version="1",
    )


def sold_out(event, slug="course", *, places=1, **fields):
    """A ticket type whose places person 1 and those after her have bought."""
    ticket_type = make_ticket_type(event, slug, places=places, **fields)
    orders = [buy(ticket_type, attendee=somebody(number + 1)) for number in range(places)]
    return ticket_type, orders


def join(product, number=50, *, party_size=1, at=NOON, **changes) -> WaitingEntry:
    kind = "ticket" if hasattr(product, "places") else "workshop"
    return join_waiting_list(
        **{
            "event": product.event,
            "kind": kind,
            "slug": product.slug,
            "party_size": party_size,
            "email": f"waiting{number}@example.org",
            "name": f"Waiting {number}",
            "language": "en",
            "actor": None,
            "at": at,
            **changes,
        }
    )


def line(product) -> Line:
    if hasattr(product, "places"):
        return Line(ticket_type_id=product.pk)
    return Line(workshop_id=product.pk)


def states(*entries) -> list[str]:
    for entry in entries:
        entry.refresh_from_db()
    return [entry.state for entry in entries]
