"""Locks, in one order: the order first, then its places. Whoever touches money or seats starts here."""

from django.db import connection
from django.utils.translation import gettext as _

from conference.kernel.errors import TransitionRefused
from registration.models import Order, Registration
from registration.rules.groups import PlaceOfAGroup
from registration.states import RegistrationState


def lock_order(order_id: int) -> Order:
    """The order with its event, locked."""
    return (
        Order.objects.select_for_update(of=("self",))
        .select_related("event", "event__venue")
        .get(pk=order_id)
    )


def hold_off_quota_changes() -> None:
    """
    Whoever moves seats of groups says so before it locks one: a change of shared quotas waits for it.

    The change locks this table, then a quota, then seats; we lock seats, then quotas. And a seat
    that is read behind this holds what it holds until we are done. It is the lock that everybody
    takes who writes a registration, and keeps nobody else waiting.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE registration_registration IN ROW EXCLUSIVE MODE")


def lock_place(registration_id: int) -> tuple[Order, Registration]:
    """
    A place that is held, with its order, both locked.

    :raises TransitionRefused: if it is not held any more.
    """
    order_ids = Registration.objects.values_list("order_id", flat=True)
    order = lock_order(order_ids.get(pk=registration_id))
    registration = (
        order.registrations.select_for_update(of=("self",))
        .select_related("event", "ticket_type", "variation")
        .get(pk=registration_id)
    )
    if registration.state not in (RegistrationState.PENDING, RegistrationState.CONFIRMED):
        raise TransitionRefused(_("This place is not held any more."))
    return order, registration


def require_no_group(order: Order) -> None:
    """:raises PlaceOfAGroup: if somebody else bought the place; its money and its people are hers."""
    if order.is_for_group:
        raise PlaceOfAGroup(
            _("A group gave you this place. Please ask its owner or the organisers to change it.")
        )
