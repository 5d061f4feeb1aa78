"""
The locks and letters that all work on waiting lists shares.

Whoever changes a line locks its ticket type or workshop first and the entry second, without ever
waiting for the entry: whoever accepts an offer holds her entry and comes to the places last.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import F, Max
from django.urls import reverse
from django.utils.translation import gettext as _

from conference.kernel.background import after_commit
from conference.kernel.states import require_transition
from conference.models import User
from conference.operations.emailing import queue_email
from conference.operations.history import record
from registration.models import TicketType, WaitingEntry, Workshop
from registration.queries.queueing import Product, lines_touched_by
from registration.rules.claims import Claims
from registration.rules.queueing import Line
from registration.rules.refusals import InAnotherHand
from registration.states import WAITING_TRANSITIONS, WaitingAction, WaitingState


def lock_line(line: Line) -> Product:
    """The row that guards the line; nobody joins, is offered a place or leaves meanwhile."""
    if line.ticket_type_id is not None:
        return TicketType.objects.select_for_update(no_key=True).get(pk=line.ticket_type_id)
    return Workshop.objects.select_for_update(no_key=True).get(pk=line.workshop_id or 0)


def lock_entry(entry_id: int, *, may_wait: bool = False) -> WaitingEntry:
    """
    The entry, for who holds the lock of its line.

    `may_wait` is safe for an entry that is seen waiting: without an offer nobody who holds it
    comes to the places.

    :raises InAnotherHand: if somebody accepts it this very moment.
    """
    entry = (
        WaitingEntry.objects.select_for_update(of=("self",), skip_locked=not may_wait)
        .select_related("event", "event__venue", "ticket_type", "workshop", "registration")
        .filter(pk=entry_id)
        .first()
    )
    if entry is None:
        raise InAnotherHand(_("This is being changed right now. Please try again in a moment."))
    return entry


def require_arrow(entry: WaitingEntry, new: WaitingState) -> None:
    """:raises TransitionRefused: if the table has no such arrow."""
    require_transition(WAITING_TRANSITIONS, old=WaitingState(entry.state), new=new)


def last_turn(line: Line) -> int:
    """For who holds the lock of the line."""
    return WaitingEntry.objects.in_line(line).aggregate(last=Max("turn"))["last"] or 0


def count_waiting(line: Line, people: int) -> None:
    """So many people more (or fewer) wait; as long as anybody does, free places are theirs."""
    if line.ticket_type_id is not None:
        TicketType.objects.filter(pk=line.ticket_type_id).update(waiting=F("waiting") + people)
    else:
        Workshop.objects.filter(pk=line.workshop_id or 0).update(waiting=F("waiting") + people)


def leave_locked(entry: WaitingEntry, *, actor: User | None, at: dt.datetime) -> None:
    """
    End her waiting, for who holds both locks.

    :raises TransitionRefused: if she does not wait.
    """
    require_arrow(entry, WaitingState.LEFT)
    entry.state = WaitingState.LEFT
    entry.ended_at = at
    entry.save(update_fields=("state", "ended_at"))
    count_waiting(entry.line, -entry.party_size)
    record(WaitingAction.LEFT, event=entry.event, subject=entry, actor=actor, at=at)


def wake_line(line: Line) -> None:
    after_commit(
        "registration.offer_freed_places",
        ticket_type_id=line.ticket_type_id or 0,
        workshop_id=line.workshop_id or 0,
    )


def wake_lines(claims: Claims) -> None:
    """Something of these was given back: somebody may have waited for it."""
    for line in lines_touched_by(claims):
        wake_line(line)


def write_to(entry: WaitingEntry, kind: str, *, at: dt.datetime, **context: Any) -> None:
    """A letter of registration/email/waiting_<kind>, with the address of her page."""
    queue_email(
        f"registration/email/waiting_{kind}",
        to_address=entry.email,
        to_name=entry.name,
        language=entry.language,
        event=entry.event,
        about=entry,
        context={
            "entry": entry,
            "product": entry.product,
            "entry_url": settings.SITE_URL
            + reverse("registration:waiting_entry", args=[entry.token]),
            "event_url": settings.SITE_URL + reverse("registration:event", args=[entry.event.slug]),
            **context,
        },
        at=at,
    )
