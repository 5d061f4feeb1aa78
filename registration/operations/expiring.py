import datetime as dt

from django.db import transaction

from conference.operations.history import record
from registration.models import Order
from registration.operations.ending import end_locked
from registration.operations.telling import tell_buyer
from registration.queries.orders import is_any_overdue, overdue_orders, overdue_orders_holding
from registration.rules.claims import Claims
from registration.states import OrderState, RegistrationAction


def expire_orders(*, at: dt.datetime, most: int = 500) -> int:
    """End the holds whose time is over, each in a transaction of its own. How many ended."""
    overdue = overdue_orders(at=at).values_list("pk", flat=True)[:most]
    return sum(expire_order(order_id=order_id, at=at) for order_id in list(overdue))


def expire_overdue_holds(*, claims: Claims, at: dt.datetime, most: int = 50) -> int:
    """End those that keep what is claimed from the next buyer. How many ended."""
    if not is_any_overdue(claims.ticket_types, at=at) and not (claims.workshops or claims.quotas):
        return 0  # the usual answer to a crowd before a sold-out door
    overdue = overdue_orders_holding(claims=claims, at=at)
    return sum(
        expire_order(order_id=order_id, at=at)
        for order_id in [order.pk for order in overdue[:most]]
    )


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
    tell_buyer(
        "expired", order=order, registrations=list(order.registrations.order_by("pk")),
        event=order.event, at=at,
    )  # fmt: skip
    return True
