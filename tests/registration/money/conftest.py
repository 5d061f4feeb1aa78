"""What is sold and who buys are the fixtures of ordering; here is the money."""

import datetime as dt

from registration.operations.expiring import expire_orders
from registration.operations.paying import record_payment
from tests.conftest import NOON
from tests.registration.ordering.conftest import (
    buy,
    free_ticket,
    make_ticket_type,
    physician_ticket,
    policy,
    somebody,
    ultrasound,
)

__all__ = ["free_ticket", "physician_ticket", "policy", "ultrasound"]
LATER = NOON + dt.timedelta(days=6)


def pay(order, amount_minor=18000, external_id="T-1", **changes):
    return record_payment(
        **{
            "order_id": order.pk,
            "amount_minor": amount_minor,
            "external_id": external_id,
            "received_at": NOON,
            "actor": None,
            "at": NOON,
            **changes,
        }
    )


def ledger_of(order):
    return list(order.ledger_entries.order_by("pk").values_list("kind", "amount_minor"))


def paid_without_seat(event, *, workshops=()):
    """An order whose money came after another buyer had taken the last place."""
    ticket_type = make_ticket_type(event, places=1)
    order = buy(ticket_type, workshops=workshops)
    expire_orders(at=LATER)
    buy(ticket_type, attendee=somebody(1), at=NOON + dt.timedelta(days=3))
    pay(order, 18000 + sum(workshop.price_minor for workshop in workshops), at=LATER)
    order.refresh_from_db()
    assert order.state == "paid_without_seat"
    return order, ticket_type
