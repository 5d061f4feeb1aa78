"""More time to pay, for who needs it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from conference.models import User
from conference.operations.history import record
from registration.models import Order, RegistrationPolicy
from registration.operations.locking import lock_order
from registration.rules.refusals import CannotBeExtended
from registration.rules.sale import extended_until
from registration.states import RegistrationAction


@transaction.atomic
def extend_hold(*, order_id: int, actor: User | None, at: dt.datetime) -> Order:
    """
    Hold the places of a waiting order anew, as long as its way of payment allows from now on.

    :raises CannotBeExtended: if the hold is over, was extended as often as the event allows, or
        would not last longer.
    """
    order = lock_order(order_id)
    policy = RegistrationPolicy.objects.get(event=order.event_id)
    until = extended_until(order, policy, order.event, at=at)
    if until is None:
        raise CannotBeExtended(_("This hold cannot be extended any more."))
    order.expires_at = until
    order.times_extended += 1
    order.save(update_fields=("expires_at", "times_extended"))
    record(
        RegistrationAction.ORDER_EXTENDED, event=order.event, subject=order, actor=actor, at=at,
        data={"times": order.times_extended},
    )  # fmt: skip
    return order
