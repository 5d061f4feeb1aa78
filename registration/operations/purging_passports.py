"""
Passports are deleted when nobody needs them: some days after the event, or after a letter ended.

Source: Ley 25.326, article 4.7 (data are destroyed once they are not needed for what they were
collected for), read 2026-11-25 (secondary, unverified); the number of days is the issuer's.
"""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.db import transaction

from conference.kernel import content_store
from conference.models import StoredFile
from conference.operations.history import record
from registration.models import Issuer, VisaLetter
from registration.states import LetterAction, LetterState, WithdrawalCause

DAYS_WITHOUT_ISSUER = 30
MOST_AT_ONCE = 500


def purge_passports(*, at: dt.datetime) -> int:
    """
    Delete what is due, each letter in a transaction of its own; again changes nothing. How many.

    What is left answers the verification page: number, initials, dates and state.
    """
    days = dict(Issuer.objects.values_list("event_id", "passport_days"))
    kept = VisaLetter.objects.filter(purged_at__isnull=True).select_related("event").order_by("pk")
    due = [
        letter.pk
        for letter in kept.iterator()
        if _is_due(letter, days=days.get(letter.event_id, DAYS_WITHOUT_ISSUER), at=at)
    ]
    return sum(_purge(letter_id, at=at) for letter_id in due[:MOST_AT_ONCE])


def _is_due(letter: VisaLetter, *, days: int, at: dt.datetime) -> bool:
    today = at.astimezone(letter.event.zone).date()
    if today > letter.event.last_day + dt.timedelta(days=days):
        return True
    ended_at = (
        letter.withdrawn_at
        if letter.state == LetterState.WITHDRAWN
        else letter.decided_at
        if letter.state == LetterState.REJECTED
        else None
    )
    return ended_at is not None and at > ended_at + dt.timedelta(days=days)


@transaction.atomic
def _purge(letter_id: int, *, at: dt.datetime) -> int:
    letter = (
        VisaLetter.objects.select_for_update(of=("self",))
        .select_related("event", "file")
        .filter(pk=letter_id, purged_at__isnull=True)
        .first()
    )
    if letter is None:
        return 0
    file = letter.file
    if letter.state == LetterState.REQUESTED:
        # Nobody decided before the event was over.
        letter.state = LetterState.WITHDRAWN
        letter.withdrawn_at, letter.withdrawal_cause = at, WithdrawalCause.EVENT_OVER
    letter.sealed_passport = letter.passport_fingerprint = letter.passport_last3 = ""
    letter.file, letter.purged_at = None, at
    letter.save(
        update_fields=(
            "state", "withdrawn_at", "withdrawal_cause", "sealed_passport", "passport_fingerprint",
            "passport_last3", "file", "purged_at",
        )
    )  # fmt: skip
    record(LetterAction.PURGED, event=letter.event, subject=letter, actor=None, at=at)
    if file is not None:
        StoredFile.objects.filter(pk=file.pk).delete()
        path = content_store.path_of(Path(settings.MEDIA_ROOT), file.sha256)
        # After the commit: a file without a row is litter, a row without its file is a fault.
        transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return 1
