"""A group as its owner sees it: the seats, and of the people only what each lets her see."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from conference.models import Event
from registration.models import AttendanceInterval, Group, GroupSeat, Order, Workshop
from registration.states import GroupSeatState, OrderState


@dataclass(frozen=True, slots=True)
class Attendance:
    sessions: int


@dataclass(frozen=True, slots=True)
class SeatOfOwner:
    """
    `name` is what the person is called, `email` only what the owner wrote herself.

    `attendance` is None unless she shows it.
    """

    number: int
    state: GroupSeatState
    name: str
    email: str
    named_by: str
    is_confirmed: bool
    shows_credits: bool
    attendance: Attendance | None
    may_be_freed: bool


@dataclass(frozen=True, slots=True)
class SeatNumbers:
    all: int
    named: int
    invited: int
    free: int
    returned: int

    @property
    def left(self) -> int:
        return self.free + self.invited


@dataclass(frozen=True, slots=True)
class GroupOnItsPage:
    group: Group
    numbers: SeatNumbers
    seats: list[SeatOfOwner]
    workshops: list[Workshop]
    is_held: bool
    names_are_open: bool

    @property
    def may_name(self) -> bool:
        return self.names_are_open and self.numbers.left > 0

    @property
    def shows_any_credits(self) -> bool:
        return any(seat.shows_credits for seat in self.seats)


def group_by_token(token: str) -> Group | None:
    return (
        Group.objects.filter(token=token)
        .select_related("event__venue", "order", "ticket_type", "variation")
        .first()
    )


def group_on_its_page(group: Group, *, at: dt.datetime) -> GroupOnItsPage:
    seats = list(
        GroupSeat.objects.filter(group=group).select_related("registration").order_by("number")
    )
    sessions = _sessions_attended(seats)
    is_held = group.order.state in (OrderState.PENDING, OrderState.CONFIRMED)
    names_are_open = is_held and at < group.names_until
    return GroupOnItsPage(
        group=group,
        numbers=_numbers(seats),
        seats=[_seat_of_owner(seat, sessions, names_are_open=names_are_open) for seat in seats],
        workshops=list(Workshop.objects.filter(pk__in=group.workshop_ids).order_by("pk")),
        is_held=is_held,
        names_are_open=names_are_open,
    )


def _numbers(seats: Iterable[GroupSeat]) -> SeatNumbers:
    counted = Counter(seat.state for seat in seats)
    return SeatNumbers(
        all=counted.total(),
        named=counted[GroupSeatState.NAMED],
        invited=counted[GroupSeatState.INVITED],
        free=counted[GroupSeatState.FREE],
        returned=counted[GroupSeatState.RETURNED],
    )


def _seat_of_owner(
    seat: GroupSeat, sessions: dict[int, int], *, names_are_open: bool
) -> SeatOfOwner:
    registration = seat.registration if seat.state == GroupSeatState.NAMED else None
    return SeatOfOwner(
        number=seat.number,
        state=GroupSeatState(seat.state),
        name=registration.badge_name if registration else "",
        email=seat.email if seat.state != GroupSeatState.RETURNED else "",
        named_by=seat.get_named_by_display() if registration else "",
        is_confirmed=registration is not None and registration.is_confirmed,
        shows_credits=registration is not None and seat.shows_credits,
        attendance=Attendance(sessions.get(registration.pk, 0))
        if registration and seat.shows_attendance
        else None,
        may_be_freed=names_are_open
        and seat.state in (GroupSeatState.NAMED, GroupSeatState.INVITED),
    )


def _sessions_attended(seats: Iterable[GroupSeat]) -> dict[int, int]:
    """How many sessions by registration, of those alone who show it."""
    showing = [seat.registration_id for seat in seats if seat.shows_attendance]
    if not showing:
        return {}
    counted = (
        AttendanceInterval.objects.filter(registration__in=showing)
        .values("registration")
        .annotate(sessions=Count("session", distinct=True))
        .order_by()
    )
    return {row["registration"]: row["sessions"] for row in counted}


def groups_of_event(event: Event) -> QuerySet[Group]:
    """Every group with `named`, `left` and `returned` seats. One query."""
    state = "group_seats__state"
    return (
        Group.objects.filter(event=event)
        .select_related("order", "ticket_type", "variation")
        .annotate(
            named=Count("group_seats", filter=Q(**{state: GroupSeatState.NAMED})),
            left=Count(
                "group_seats",
                filter=Q(**{f"{state}__in": [GroupSeatState.FREE, GroupSeatState.INVITED]}),
            ),
            returned=Count("group_seats", filter=Q(**{state: GroupSeatState.RETURNED})),
        )
        .order_by("-made_at", "-pk")
    )


def group_of_order(order: Order) -> Group | None:
    if not order.is_for_group:
        return None
    return Group.objects.select_related("ticket_type", "variation").filter(order=order).first()


@dataclass(frozen=True, slots=True)
class JoinPage:
    """A group as somebody sees it whom its link or an invitation leads there."""

    group: Group
    email: str  # where the invitation was sent
    is_open: bool
    was_used: bool


def join_page_of(token: str, *, at: dt.datetime) -> JoinPage | None:
    """None if the address is nobody's."""
    groups = Group.objects.select_related("event__venue", "order", "ticket_type", "variation")
    group = groups.filter(join_token=token).first()
    if group is not None:
        free = group.group_seats.filter(state=GroupSeatState.FREE).exists()
        is_open = free and group.join_used < group.join_most and _is_open(group, at=at)
        return JoinPage(group, "", is_open, was_used=False)
    seat = GroupSeat.objects.filter(token=token).first()
    if seat is None:
        return None
    group = groups.get(pk=seat.group_id)
    is_open = seat.state == GroupSeatState.INVITED and _is_open(group, at=at)
    return JoinPage(group, seat.email, is_open, was_used=seat.state == GroupSeatState.NAMED)


def _is_open(group: Group, *, at: dt.datetime) -> bool:
    is_held = group.order.state in (OrderState.PENDING, OrderState.CONFIRMED)
    return is_held and at < group.names_until


def seat_of_person(registration_id: int) -> GroupSeat | None:
    """The seat she sits on; None if her place is of no group."""
    return (
        GroupSeat.objects.filter(registration=registration_id, state=GroupSeatState.NAMED)
        .select_related("group")
        .first()
    )
