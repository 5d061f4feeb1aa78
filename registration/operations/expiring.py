import datetime as dt
from collections.abc import Collection

from django.db import transaction

from conference.operations.history import record
from conference.states import WebhookKind
from registration.models import Order, WorkshopBooking
from registration.operations.additions import release_unpaid_addition, release_unpaid_person
from registration.operations.ending import end_locked
from registration.operations.telling import tell_buyer
from registration.operations.telling_partners import announce_order
from registration.queries.orders import (
    is_any_overdue,
    overdue_orders,
    overdue_orders_holding,
    people_to_pay_for,
    people_to_pay_for_holding,
)
from registration.rules.claims import Claims
from registration.states import OrderState, RegistrationAction


def release_unpaid_additions(
    *, at: dt.datetime, workshop_ids: Collection[int] | None = None, most: int = 500
) -> int:
    """End the added seats that nobody paid for in time. How many ended."""
    overdue = WorkshopBooking.objects.filter(must_be_paid_by__lte=at)
    if workshop_ids is not None:
        overdue = overdue.filter(workshop__in=list(workshop_ids))
    return sum(
        release_unpaid_addition(booking_id=booking_id, at=at)
        for booking_id in list(
            overdue.order_by("must_be_paid_by").values_list("pk", flat=True)[:most]
        )
    )


def release_unpaid_people(*, at: dt.datetime, claims: Claims | None = None, most: int = 500) -> int:
    """End the places of those who were added and not paid for in time. How many ended."""
    waiting = people_to_pay_for() if claims is None else people_to_pay_for_holding(claims)
    people = waiting.filter(must_be_paid_by__lte=at).order_by("must_be_paid_by", "pk")
    return sum(
        release_unpaid_person(registration_id=registration_id, at=at)
        for registration_id in list(people.values_list("pk", flat=True)[:most])
    )


def expire_what_is_over(*, at: dt.datetime) -> int:
    """For the sweeper: orders, and what was added to paid ones and is not paid. How many ended."""
    return expire_orders(at=at) + release_unpaid_people(at=at) + release_unpaid_additions(at=at)


def expire_orders(*, at: dt.datetime, most: int = 500) -> int:
    """End the holds whose time is over, each in a transaction of its own. How many ended."""
    overdue = overdue_orders(at=at).values_list("pk", flat=True)[:most]
    return sum(expire_order(order_id=order_id, at=at) for order_id in list(overdue))


def expire_overdue_holds(*, claims: Claims, at: dt.datetime, most: int = 50) -> int:
    """End those that keep what is claimed from the next buyer. How many ended."""
    if not (claims.workshops or claims.quotas or is_any_overdue(claims.ticket_types, at=at)):
        return 0  # the usual answer to a crowd before a sold-out door
    overdue = overdue_orders_holding(claims=claims, at=at)
    ended = sum(
        expire_order(order_id=order_id, at=at)
        for order_id in [order.pk for order in overdue[:most]]
    )
    ended += release_unpaid_people(at=at, claims=claims, most=most)
    return ended + release_unpaid_additions(at=at, workshop_ids=claims.workshops, most=most)


@transaction.atomic
def expire_order(*, order_id: int, at: dt.datetime) -> bool:
    """
    End one hold. False if it is over, extended or paid meanwhile, or somebody has it in hand.
    """
    order = (
        Order.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("event", "event__venue")
        .filter(pk=order_id)
        .first()
    )
    if order is None or order.state != OrderState.PENDING:
        return False
    if order.expires_at is None or order.expires_at > at:
        return False
    end_locked(order, new=OrderState.EXPIRED, at=at)
    record(RegistrationAction.ORDER_EXPIRED, event=order.event, subject=order, actor=None, at=at)
    announce_order(WebhookKind.ORDER_EXPIRED, order, at=at)
    tell_buyer(
        "expired", order=order, registrations=list(order.registrations.order_by("pk")),
        event=order.event, at=at,
    )  # fmt: skip
    return True
