import datetime as dt
from collections.abc import Collection

from django.db import transaction

from conference.kernel.ready_query import ReadyQuery
from conference.operations.history import record
from registration.models import Order
from registration.operations.ending import end_locked
from registration.operations.telling import tell
from registration.queries.orders import overdue_orders, overdue_orders_holding
from registration.states import OrderState, RegistrationAction

_OVERDUE_PLACE = ReadyQuery(
    lambda ticket_type_id, at: overdue_orders(at=at).filter(
        registrations__ticket_type_id=ticket_type_id
    )[:1],
    ticket_type_id=-1,
    at=dt.datetime(1, 1, 2, tzinfo=dt.UTC),
)


def expire_orders(*, at: dt.datetime, most: int = 500) -> int:
    """End the holds whose time is over, each in a transaction of its own. How many ended."""
    overdue = overdue_orders(at=at).values_list("pk", flat=True)[:most]
    return sum(expire_order(order_id=order_id, at=at) for order_id in list(overdue))


def expire_overdue_holds(
    *, ticket_type_id: int, workshop_ids: Collection[int], at: dt.datetime, most: int = 20
) -> int:
    """End those that keep places from the next buyer. How many ended."""
    if not workshop_ids and not _OVERDUE_PLACE.first(ticket_type_id=ticket_type_id, at=at):
        return 0  # the usual answer to a crowd before a sold-out door
    overdue = overdue_orders_holding(
        ticket_type_id=ticket_type_id, workshop_ids=workshop_ids, at=at
    )
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
    for registration in order.registrations.order_by("pk"):
        tell("expired", order=order, registration=registration, event=order.event, at=at)
    return True
