"""A hospital that buys seats, a sponsor that is given some; what is sold are the fixtures of ordering."""

import pytest
from django.db import connection

from certificates.management.invariants import INVARIANTS
from registration.models import Group, GroupSeat, RegistrationPolicy
from registration.operations.buying_groups import buy_group, sponsor_group
from registration.operations.naming import name_person
from registration.operations.paying import record_payment
from registration.states import NamedBy, PaymentMethod
from tests.conftest import NOON
from tests.registration.ordering.conftest import (
    make_ticket_type,
    physician_ticket,
    somebody,
    ultrasound,
)

__all__ = ["make_ticket_type", "physician_ticket", "somebody", "ultrasound"]

BEFORE = NOON.replace(month=1)  # three months before the congress


@pytest.fixture
def policy(event) -> RegistrationPolicy:
    return RegistrationPolicy.objects.create(
        event=event,
        opens_at=NOON.replace(year=2020),
        closes_at=NOON.replace(year=2028),
        terms="Be kind.",
        terms_version="1",
        group_seats=50,
    )


def violations() -> dict[str, list]:
    found = {}
    for sentence, sql in INVARIANTS.items():
        with connection.cursor() as cursor:
            cursor.execute(sql)
            if rows := cursor.fetchall():
                found[sentence] = rows
    return found


def bought(ticket_type, *, seats=3, at=BEFORE, **changes) -> Group:
    order = buy_group(
        **{
            "event_slug": ticket_type.event.slug,
            "ticket_type": ticket_type.slug,
            "profession": "nurse",
            "country": "UY",
            "seats": seats,
            "name": "Hospital Fernández",
            "email": "secretary@example.org",
            "payment_method": "bank_transfer",
            "terms_accepted": True,
            "submission_token": f"group-of-{seats}",
            "language": "en",
            "actor": None,
            "at": at,
            **changes,
        }
    )
    return Group.objects.get(order=order)


def paid(group: Group, *, at=BEFORE) -> Group:
    record_payment(
        order_id=group.order_id,
        method=PaymentMethod.BANK_TRANSFER,
        amount_minor=group.order.total_minor,
        external_id=f"bank-{group.pk}",
        received_at=at,
        actor=None,
        at=at,
    )
    group.order.refresh_from_db()
    return group


def sponsored(ticket_type, organiser, *, seats=3, at=BEFORE, **changes) -> Group:
    order = sponsor_group(
        **{
            "event_slug": ticket_type.event.slug,
            "ticket_type": ticket_type.slug,
            "seats": seats,
            "name": "Laboratorio Sur",
            "email": "sponsor@example.org",
            "submission_token": f"sponsor-of-{seats}",
            "language": "en",
            "actor": organiser,
            "at": at,
            **changes,
        }
    )
    return Group.objects.get(order=order)


def name(group: Group, number: int = 1, *, by=NamedBy.OWNER, at=BEFORE, **changes) -> GroupSeat:
    return name_person(
        **{
            "group_id": group.pk,
            "attendee": somebody(number),
            "by": by,
            "actor": None,
            "at": at,
            **changes,
        }
    )


def states(group: Group) -> list[str]:
    return list(group.group_seats.order_by("number").values_list("state", flat=True))


def taken(product) -> int:
    product.refresh_from_db()
    return product.places_taken if hasattr(product, "places") else product.seats_taken
