"""
What nobody needs any more is forgotten: who stood on a waiting list, and the words of providers.

The numbers stay: an entry keeps its turn and its end, a message its identifier, its time and the
SHA-256 of its body. How many days is the event's policy.

Source: Ley 25.326, article 4.7 (data are destroyed once they are not needed for what they were
collected for), read 2026-11-25 (secondary, unverified).
"""

import datetime as dt
import hashlib

from django.db import transaction

from conference.operations.history import record
from registration.models import RegistrationPolicy, WaitingEntry, WebhookMessage
from registration.operations.queueing import leave_waiting_list
from registration.states import WaitingAction, WaitingState

FORGOTTEN = "—"
HASHED = "sha256:"
MOST_AT_ONCE = 500


def forget_old_records(*, at: dt.datetime) -> int:
    """For the sweeper: what is due at all events; again changes nothing. How many were forgotten."""
    forgotten = 0
    for policy in RegistrationPolicy.objects.select_related("event").order_by("pk"):
        before = at - dt.timedelta(days=policy.kept_days)
        forgotten += _forget_the_line(policy, before=before, at=at)
        forgotten += _forget_messages(policy.event_id, before=before)
    return forgotten


def _forget_the_line(policy: RegistrationPolicy, *, before: dt.datetime, at: dt.datetime) -> int:
    event = policy.event
    entries = WaitingEntry.objects.filter(event=event)
    over = dt.datetime.combine(event.last_day + dt.timedelta(days=1), dt.time(), event.zone)
    if before > over:
        # Nobody waits for an event that was: whoever stands there still leaves first.
        waiting = entries.filter(state=WaitingState.WAITING).order_by("turn")
        for entry_id in list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE]):
            leave_waiting_list(entry_id=entry_id, actor=None, at=over)
    due = entries.filter(forgotten_at__isnull=True, ended_at__lt=before).order_by("pk")
    return sum(
        _forget_entry(entry_id, at=at)
        for entry_id in list(due.values_list("pk", flat=True)[:MOST_AT_ONCE])
    )


@transaction.atomic
def _forget_entry(entry_id: int, *, at: dt.datetime) -> bool:
    entry = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=entry_id)
    if entry.forgotten_at is not None or entry.ended_at is None:
        return False
    entry.name, entry.email, entry.forgotten_at = FORGOTTEN, "", at
    entry.out_of_turn_reason = FORGOTTEN if entry.out_of_turn_reason else ""
    entry.save(update_fields=("name", "email", "forgotten_at", "out_of_turn_reason"))
    record(WaitingAction.FORGOTTEN, event=entry.event, subject=entry, actor=None, at=at)
    return True


def _forget_messages(event_id: int, *, before: dt.datetime) -> int:
    """Those that were read, and forged ones, which nobody will read."""
    of_event = WebhookMessage.objects.filter(account__event=event_id).exclude(
        body__startswith=HASHED
    )
    read = of_event.filter(processed_at__lt=before)
    forged = of_event.filter(signature_ok=False, received_at__lt=before)
    found = (read | forged).order_by("pk")[:MOST_AT_ONCE]
    for message in found:
        WebhookMessage.objects.filter(pk=message.pk).update(
            body=HASHED + hashlib.sha256(message.body.encode()).hexdigest()
        )
    return len(found)
