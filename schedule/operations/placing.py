"""Putting many sessions into rooms at once, and finding the few that do not fit."""

import bisect
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from conference.kernel.db import violated_constraint
from schedule.models import Session

if TYPE_CHECKING:
    import datetime as dt

ROOM_TAKEN = "session_room_not_double_booked"

Save = Callable[[Sequence[Session]], object]


def save_those_that_fit(sessions: Sequence[Session], save: Save) -> list[Session]:
    """
    Save all sessions whose room is free; return the others, unsaved.

    The database judges. Clashes that are plain to see are tried one by one after the rest, so
    that a thousand sessions with three clashes cost one savepoint and three more. Where two
    clash the earlier one of the list wins.
    """
    occupied = _Occupied(sessions)
    clear: list[Session] = []
    doubtful: list[Session] = []
    for session in sessions:
        (clear if occupied.lets_in(session) else doubtful).append(session)
    refused = _save_halving(clear, save)
    for session in doubtful:
        refused += _save_halving([session], save)
    return refused


def _save_halving(sessions: Sequence[Session], save: Save) -> list[Session]:
    """Save all at once; halve what the database refuses until the guilty are alone."""
    if not sessions:
        return []
    try:
        with transaction.atomic():
            save(sessions)
    except IntegrityError as error:
        if violated_constraint(error) != ROOM_TAKEN:
            raise
    else:
        return []
    if len(sessions) == 1:
        return list(sessions)
    middle = len(sessions) // 2
    return [*_save_halving(sessions[:middle], save), *_save_halving(sessions[middle:], save)]


class _Occupied:
    """When the rooms of the sessions to come are taken by others, in one query."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        self._starts: dict[int, list[dt.datetime]] = defaultdict(list)
        self._ends: dict[int, list[dt.datetime]] = defaultdict(list)
        rooms = {session.room_id for session in sessions if session.room_id}
        others = (
            Session.objects.confirmed()
            .placed()
            .filter(room__in=rooms)
            .exclude(pk__in=[session.pk for session in sessions if session.pk])
            .order_by("starts_at")
            .values_list("room_id", "starts_at", "ends_at")
        )
        for room_id, starts_at, ends_at in others:
            if room_id and starts_at and ends_at:
                self._starts[room_id].append(starts_at)
                self._ends[room_id].append(ends_at)

    def lets_in(self, session: Session) -> bool:
        """Whether nobody is in its room then; it is taken from now on."""
        starts_at, ends_at, room_id = session.starts_at, session.ends_at, session.room_id
        if session.is_cancelled or room_id is None or starts_at is None or ends_at is None:
            return True
        starts, ends = self._starts[room_id], self._ends[room_id]
        place = bisect.bisect_right(starts, starts_at)
        if place > 0 and ends[place - 1] > starts_at:
            return False
        if place < len(starts) and starts[place] < ends_at:
            return False
        starts.insert(place, starts_at)
        ends.insert(place, ends_at)
        return True


def why_it_does_not_fit(session: Session) -> str:
    """Which session holds the room at that time, in words."""
    holder = (
        Session.objects.confirmed()
        .filter(
            room=session.room,
            starts_at__lt=session.ends_at,
            ends_at__gt=session.starts_at,
        )
        .exclude(pk=session.pk)
        .order_by("starts_at")
        .first()
    )
    return _("The room “%(room)s” is taken at that time by “%(title)s”.") % {
        "room": session.room.name if session.room else "",
        "title": holder.title if holder else "",
    }
