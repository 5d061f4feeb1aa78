"""What it means to add a person to an order, told before it is done."""

import datetime as dt
from collections import Counter

from registration.models import Order, Registration, RegistrationPolicy
from registration.queries.quotes import Quote, quote_of
from registration.queries.wishes import PersonWish
from registration.rules.sale import is_registration_open
from registration.states import OrderState


def tickets_held(order: Order) -> Counter[str]:
    """How many places of each ticket (by slug) an order holds."""
    held = Registration.objects.holding_a_place().filter(order=order)
    return Counter(held.values_list("ticket_type__slug", flat=True))


def may_add_people(order: Order, *, at: dt.datetime) -> bool:
    """
    While the order holds places, its time is not over, and the event still registers people.

    A group's people are named on its own page.
    """
    if order.is_for_group:
        return False
    is_held = order.state == OrderState.PENDING and order.expires_at and order.expires_at > at
    if order.state != OrderState.CONFIRMED and not is_held:
        return False
    policy = RegistrationPolicy.objects.filter(event_id=order.event_id).first()
    return policy is not None and is_registration_open(
        policy, is_published=order.event.is_published, at=at
    )


def addition_quote(order: Order, person: PersonWish, *, at: dt.datetime) -> Quote:
    """What her place would cost, as one more of the order's people."""
    return quote_of(
        order.event,
        [person],
        currency=order.currency,
        voucher_code="",
        at=at,
        beside=tickets_held(order),
    )
