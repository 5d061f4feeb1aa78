"""
Until when a status is proved, and when its file goes.

Whoever pays less because of what she is has some days to show it. Who showed it in time never
falls to the full price because a reviewer was slow.
"""

import datetime as dt
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conference.kernel.errors import DomainError, InputRefused
from registration.states import PROOF_OWED_BY_HER, ProofState

DAYS_TO_TRY_AGAIN = 3  # after a rejection, and after being asked late
REMIND_BEFORE = dt.timedelta(days=3)
# What reviewers say most; a person reads the sentence, not the key.
REASONS = {
    "unreadable": gettext_lazy("It cannot be read. Please send a sharper picture or a PDF."),
    "other_person": gettext_lazy("The name on it is not the name of your registration."),
    "out_of_date": gettext_lazy("It is out of date. Please send one of this year."),
    "no_status": gettext_lazy("It does not say that you have this status."),
    "incomplete": gettext_lazy("A page or a side is missing."),
}


class ProofNotWanted(DomainError):
    code: ClassVar[str] = "proof_not_wanted"


class ProofReplaced(DomainError):
    code: ClassVar[str] = "proof_replaced"


class FileRefused(InputRefused):
    code: ClassVar[str] = "file_refused"


class FileTooLarge(FileRefused):
    code: ClassVar[str] = "file_too_large"


def end_of_day(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """The last minute of that day: people read it as that day, not as the next."""
    return dt.datetime.combine(day, dt.time(23, 59), tzinfo=zone)


def due_at(
    *, at: dt.datetime, days: int, not_before: dt.date | None, last_day: dt.date, zone: dt.tzinfo
) -> dt.datetime:
    """
    Until the end of the day so many days after the order, never before `not_before` is over.

    Not after the event: then nobody would be there to pay; whoever orders on its last day has until
    its end.
    """
    day = at.astimezone(zone).date() + dt.timedelta(days=days)
    if not_before is not None:
        day = max(day, not_before)
    return end_of_day(min(day, last_day), zone)


def due_after_news(due: dt.datetime, *, at: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """She has at least some days after she was asked, or after she was told why it was rejected."""
    day = at.astimezone(zone).date() + dt.timedelta(days=DAYS_TO_TRY_AGAIN)
    return max(due, end_of_day(day, zone))


def is_time_to_remind(
    due: dt.datetime,
    *,
    asked_at: dt.datetime | None,
    reminded_at: dt.datetime | None,
    at: dt.datetime,
) -> bool:
    """Once, in the last days, and not in the same days in which she was asked."""
    begins = due - REMIND_BEFORE
    return (
        reminded_at is None
        and asked_at is not None
        and asked_at < begins - dt.timedelta(days=1)
        and begins <= at < due
    )


def is_over(
    state: ProofState, *, due: dt.datetime, asked_at: dt.datetime | None, at: dt.datetime
) -> bool:
    """Whether the full price holds from now on. Nobody falls to it who was not asked."""
    return state in PROOF_OWED_BY_HER and asked_at is not None and at >= due


def file_is_due(
    *,
    state: ProofState,
    submitted_at: dt.datetime,
    decided_at: dt.datetime | None,
    ended_at: dt.datetime | None,
    last_day: dt.date,
    zone: dt.tzinfo,
    days: int,
    at: dt.datetime,
) -> bool:
    """Whether a file is to be deleted: some days after the decision, its place's end or the event."""
    keep = dt.timedelta(days=days)
    if at >= end_of_day(last_day, zone) + keep:
        return True
    if ended_at is not None and at >= max(ended_at, submitted_at) + keep:
        return True
    is_decided = state in (ProofState.APPROVED, ProofState.REJECTED, ProofState.EXPIRED)
    return is_decided and decided_at is not None and at >= decided_at + keep


def require_may_submit(state: ProofState, *, is_held: bool, is_event_over: bool) -> None:
    """:raises ProofNotWanted: saying why."""
    if not is_held:
        raise ProofNotWanted(_("This place is not held any more."))
    if is_event_over:
        raise ProofNotWanted(_("The event is over."))
    if state == ProofState.APPROVED:
        raise ProofNotWanted(_("Your status is proved already."))
    if state == ProofState.NOT_NEEDED:
        raise ProofNotWanted(_("You do not need to prove anything."))
