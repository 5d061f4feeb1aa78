"""Seats of groups that nobody was named for: on their day they go back on sale, once."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from conference.models import User
from conference.operations.history import record
from registration.models import UNNAMED, Group, LedgerEntry, Order
from registration.operations.cancelling import follow_its_places
from registration.operations.group_seats import lock_group, return_unnamed_locked
from registration.operations.telling_groups import tell_owner
from registration.rules.groups import GroupDatesRefused
from registration.states import (
    GroupAction,
    LedgerKind,
    LedgerReason,
    OrderState,
)


def return_unused_seats(*, at: dt.datetime, most: int = 200) -> int:
    """For the sweeper: every group whose day has come. How many seats went back."""
    due = (
        Group.objects.filter(
            returns_at__lte=at,
            group_seats__state__in=UNNAMED,
            order__state__in=[OrderState.PENDING, OrderState.CONFIRMED],
        )
        .distinct()
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return sum(return_seats_of(group_id=pk, actor=None, at=at) for pk in list(due[:most]))


@transaction.atomic
def return_seats_of(*, group_id: int, actor: User | None, at: dt.datetime) -> int:
    """
    Give the seats without a name back to everybody, if their day has come; an organiser may do it earlier.

    What was paid stays paid: whether money goes back is the organisers' word. Who has not paid
    yet is not charged for them any more. How many seats went back.
    """
    order, group = lock_group(group_id)
    if order.state not in (OrderState.PENDING, OrderState.CONFIRMED):
        return 0
    if actor is None and at < group.returns_at:
        return 0
    number = return_unnamed_locked(group, at=at)
    if not number:
        return 0
    record(
        GroupAction.RETURNED, event=group.event, subject=group, actor=actor, at=at,
        data={"seats": number},
    )  # fmt: skip
    if order.state == OrderState.PENDING:
        _charge_less(order, group, number, at=at)
        follow_its_places(order, actor=actor, at=at)
    tell_owner("group_returned", group=group, at=at, number=number)
    return number


def _charge_less(order: Order, group: Group, seats: int, *, at: dt.datetime) -> None:
    amount_minor = seats * group.seat_price_minor
    if amount_minor:
        LedgerEntry.objects.create(
            order=order,
            kind=LedgerKind.WAIVER,
            amount_minor=-amount_minor,
            currency=order.currency,
            reason=LedgerReason.CANCELLATION,
            entered_at=at,
        )


@transaction.atomic
def set_group_dates(
    *,
    group_id: int,
    returns_at: dt.datetime,
    names_until: dt.datetime,
    actor: User,
    at: dt.datetime,
) -> Group:
    """
    Give a group other dates than the event's usual ones.

    :raises GroupDatesRefused: if names were fixed before the seats go back.
    """
    _order, group = lock_group(group_id)
    if returns_at > names_until:
        raise GroupDatesRefused(
            _("Seats of groups go back on sale before the last day for changing names."),
            field="names_until",
        )
    if (group.returns_at, group.names_until) == (returns_at, names_until):
        return group
    group.returns_at, group.names_until = returns_at, names_until
    group.save(update_fields=("returns_at", "names_until"))
    record(
        GroupAction.DATES_CHANGED, event=group.event, subject=group, actor=actor, at=at,
        data={"returns_at": returns_at.isoformat(), "names_until": names_until.isoformat()},
    )  # fmt: skip
    return group
