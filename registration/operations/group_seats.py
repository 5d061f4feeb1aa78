"""
Locks of a group, and what its seats do when their order ends or comes back.

The order's lock guards the group: whoever names, frees, invites or returns takes it first. That a
seat is given once is a conditional update all the same.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from registration.models import UNNAMED, Group, GroupSeat, LedgerEntry, Order
from registration.operations.locking import hold_off_quota_changes, lock_order
from registration.operations.taking_seats import give_back
from registration.rules.claims import Claims
from registration.states import GroupSeatState, LedgerKind, LedgerReason, OrderState


def lock_group(group_id: int) -> tuple[Order, Group]:
    """The group with its order, whose lock is its own too."""
    order = lock_order(Group.objects.values_list("order_id", flat=True).get(pk=group_id))
    hold_off_quota_changes()
    group = Group.objects.select_related("ticket_type", "variation").get(pk=group_id)
    group.order = order
    group.event = order.event
    return order, group


def group_of(order: Order) -> Group:
    group = Group.objects.select_related("ticket_type", "variation").get(order=order)
    group.order = order
    group.event = order.event
    return group


def unnamed_seats(group: Group) -> QuerySet[GroupSeat]:
    return GroupSeat.objects.filter(group=group, state__in=UNNAMED).order_by("number")


def claims_of_seats(group: Group, seats: Iterable[GroupSeat]) -> Claims:
    claims = Claims()
    for seat in seats:
        seat.group = group
        claims += seat.claims
    return claims


def return_unnamed_locked(group: Group, *, at: dt.datetime) -> int:
    """Give back what the seats without a name hold; the group's order is locked. How many."""
    number, claims = release_unnamed(group, at=at)
    if number:
        give_back(claims)
    return number


def release_unnamed(group: Group, *, at: dt.datetime) -> tuple[int, Claims]:
    """The same, how many and what they held; the caller gives it back."""
    # Locked: an organiser may be changing what they hold of a shared quota.
    seats = list(unnamed_seats(group).select_for_update(of=("self",)))
    if not seats:
        return 0, Claims()
    GroupSeat.objects.filter(pk__in=[seat.pk for seat in seats]).update(
        state=GroupSeatState.RETURNED, returned_at=at
    )
    return len(seats), claims_of_seats(group, seats)


def lost_seats(order: Order) -> list[GroupSeat]:
    """Seats without a name that went when the order's hold ran out; none if it is of no group."""
    if not order.is_for_group:
        return []
    group = group_of(order)
    seats = list(
        GroupSeat.objects.filter(
            group=group,
            state=GroupSeatState.RETURNED,
            registration__isnull=True,
            returned_at=order.ended_at,
        ).order_by("number")
    )
    for seat in seats:
        seat.group = group
    return seats


def seats_come_back(order: Order, *, at: dt.datetime) -> Claims:
    """
    The seats of a locked order that was paid late are its group's again, and charged again.

    Returns what those without a name hold, for the caller to take: people take their own.
    """
    claims = Claims()
    if not order.is_for_group:
        return claims
    lost = lost_seats(order)
    for seat in lost:
        claims += seat.claims
        seat.state = GroupSeatState.INVITED if seat.email else GroupSeatState.FREE
        seat.returned_at = None
        seat.save(update_fields=("state", "returned_at"))
    GroupSeat.objects.filter(
        group__order=order,
        state=GroupSeatState.RETURNED,
        registration__isnull=False,
        returned_at=order.ended_at,
    ).update(state=GroupSeatState.NAMED, returned_at=None)
    price_minor = sum(seat.group.seat_price_minor for seat in lost)
    if price_minor:
        LedgerEntry.objects.create(
            order=order,
            kind=LedgerKind.CHARGE,
            amount_minor=price_minor,
            currency=order.currency,
            reason=LedgerReason.REVIVAL,
            entered_at=at,
        )
    return claims


def has_unnamed_seats(order: Order) -> bool:
    return (
        order.is_for_group
        and order.state in (OrderState.PENDING, OrderState.CONFIRMED)
        and GroupSeat.objects.filter(group__order=order, state__in=UNNAMED).exists()
    )
