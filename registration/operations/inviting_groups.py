"""How people of a group come by themselves: an invitation to each, or one link for all of them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from conference.kernel.db import refuse_on
from conference.kernel.texts import clean_email
from conference.kernel.tokens import new_token
from conference.models import User
from conference.operations.history import record
from registration.models import Group, GroupSeat
from registration.operations.group_seats import lock_group
from registration.operations.naming import SEAT_ONE_ADDRESS, name_locked, require_open
from registration.operations.telling_groups import tell_invited
from registration.rules.attendees import AttendeeDetails
from registration.rules.groups import GroupIsFull, GroupSeatsRefused, LinkIsClosed
from registration.rules.refusals import AlreadyRegistered
from registration.states import GroupAction, GroupSeatState, NamedBy


@transaction.atomic
def invite_to_group(
    *, group_id: int, email: str, by_desk: bool, actor: User | None, at: dt.datetime
) -> GroupSeat:
    """
    Keep a free seat for that address and write to it. Again for the same address is the letter again.

    :raises GroupIsFull, NamesAreFixed, InputRefused:
    :raises AlreadyRegistered: if she has a seat of the group already.
    """
    email = clean_email(email, field="email")
    order, group = lock_group(group_id)
    require_open(order, group, by_desk=by_desk, at=at)
    seats = GroupSeat.objects.filter(group=group)
    known = seats.filter(email__iexact=email, state=GroupSeatState.INVITED).first()
    seat = known or seats.filter(state=GroupSeatState.FREE).order_by("number").first()
    if seat is None:
        raise GroupIsFull(_("All seats of this group have a name or an invitation."))
    seat.state, seat.email, seat.invited_at = GroupSeatState.INVITED, email, at
    seat.token = seat.token or new_token()
    there = AlreadyRegistered(_("She has a seat of this group already."), field="email")
    with refuse_on(SEAT_ONE_ADDRESS, there):
        seat.save(update_fields=("state", "email", "invited_at", "token"))
    record(
        GroupAction.INVITED, event=group.event, subject=group, actor=actor, at=at,
        data={"seat": seat.number},
    )  # fmt: skip
    tell_invited(seat, group=group, at=at)
    return seat


@transaction.atomic
def open_link(*, group_id: int, most: int, actor: User | None, at: dt.datetime) -> Group:
    """
    Make one address by which so many people may take a seat. An older one ends.

    :raises GroupSeatsRefused: if it is for nobody, or for more than the group has seats.
    :raises NamesAreFixed: once names are fixed.
    """
    order, group = lock_group(group_id)
    require_open(order, group, by_desk=False, at=at)
    if not 1 <= most <= group.seats:
        raise GroupSeatsRefused(
            _("The link is for 1 to %(most)d people.") % {"most": group.seats}, field="most"
        )
    group.join_token, group.join_most, group.join_used = new_token(), most, 0
    group.save(update_fields=("join_token", "join_most", "join_used"))
    record(
        GroupAction.LINK_OPENED, event=group.event, subject=group, actor=actor, at=at,
        data={"most": most},
    )  # fmt: skip
    return group


@transaction.atomic
def close_link(*, group_id: int, actor: User | None, at: dt.datetime) -> Group:
    """End the group's link; who came by it keeps her seat."""
    _order, group = lock_group(group_id)
    if not group.join_token:
        return group
    group.join_token = ""
    group.save(update_fields=("join_token",))
    record(GroupAction.LINK_CLOSED, event=group.event, subject=group, actor=actor, at=at)
    return group


@transaction.atomic
def take_group_seat(
    *,
    token: str,
    attendee: AttendeeDetails,
    language: str,
    shows_attendance: bool,
    shows_credits: bool,
    answers: Mapping[str, Any] | None = None,
    actor: User | None,
    at: dt.datetime,
) -> GroupSeat:
    """
    Sit down on a seat of a group by its link, or by one's own invitation.

    What she shows of herself beyond her name is what she says here, and nothing without it.

    :raises LinkIsClosed: if the address is known no more, or as many as it is for have come.
    :raises GroupIsFull, NamesAreFixed, AlreadyRegistered, SeatCostsMore, AnswerRefused:
    """
    group_id, seat_id = _asked_for(token)
    order, group = lock_group(group_id)
    attendee = attendee.cleaned()
    if seat_id is None:
        _count_use(group, token)
        seat, by = None, NamedBy.LINK
    else:
        # Read behind the lock: it may have been taken or withdrawn meanwhile.
        seat = GroupSeat.objects.filter(
            pk=seat_id, token=token, state=GroupSeatState.INVITED
        ).first()
        by = NamedBy.INVITATION
        if seat is None:
            raise LinkIsClosed(_("This invitation was used or withdrawn."))
    seat = name_locked(
        order, group, attendee=attendee, by=by, seat=seat or _free_seat(group),
        language=language, answers=answers or {}, actor=actor, at=at,
    )  # fmt: skip
    _show(seat, attendance=shows_attendance, credits=shows_credits, at=at)
    return seat


def _asked_for(token: str) -> tuple[int, int | None]:
    group_id = Group.objects.filter(join_token=token).values_list("pk", flat=True).first()
    if group_id is not None:
        return group_id, None
    seat = GroupSeat.objects.filter(token=token).values_list("group_id", "pk").first()
    if seat is None:
        raise LinkIsClosed(_("This link is not open any more. Please ask who gave it to you."))
    return seat


def _count_use(group: Group, token: str) -> None:
    used = Group.objects.filter(pk=group.pk, join_token=token, join_used__lt=F("join_most")).update(
        join_used=F("join_used") + 1
    )
    if not used:
        raise LinkIsClosed(
            _("As many people as this link is for have used it. Please ask who gave it to you.")
        )


def _free_seat(group: Group) -> GroupSeat:
    seat = (
        GroupSeat.objects.filter(group=group, state=GroupSeatState.FREE).order_by("number").first()
    )
    if seat is None:
        raise GroupIsFull(_("All seats of this group are taken. Please ask who gave you the link."))
    return seat


@transaction.atomic
def set_showing(
    *,
    registration_id: int,
    attendance: bool,
    credits: bool,  # noqa: A002 - the house's word
    actor: User | None,
    at: dt.datetime,
) -> None:
    """
    What the owner of her group sees of her beyond her name, from now on; taking it back counts at once.

    :raises GroupSeat.DoesNotExist: if she has no seat of a group.
    """
    seat = (
        GroupSeat.objects.select_for_update(of=("self",))
        .select_related("group__event")
        .get(registration=registration_id, state=GroupSeatState.NAMED)
    )
    if (seat.shows_attendance, seat.shows_credits) == (attendance, credits):
        return
    _show(seat, attendance=attendance, credits=credits, at=at)
    record(
        GroupAction.SHOWING, event=seat.group.event, subject=seat.group, actor=actor, at=at,
        data={"seat": seat.number, "attendance": attendance, "credits": credits},
    )  # fmt: skip


def _show(seat: GroupSeat, *, attendance: bool, credits: bool, at: dt.datetime) -> None:  # noqa: A002
    seat.shows_attendance, seat.shows_credits = attendance, credits
    seat.shown_since = at if attendance or credits else None
    seat.save(update_fields=("shows_attendance", "shows_credits", "shown_since"))
