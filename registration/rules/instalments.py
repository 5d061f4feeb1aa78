"""When the dues of an instalment plan are met, and until when that keeps a place."""

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from registration.rules.refusals import InstalmentsRefused

MOST_DUES = 24


@dataclass(frozen=True, slots=True)
class Due:
    due_on: dt.date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class DueWithState:
    due: Due
    missing_minor: int

    @property
    def is_met(self) -> bool:
        return self.missing_minor == 0


def dues_with_state(dues: Sequence[Due], *, kept_minor: int) -> list[DueWithState]:
    """What of each due is missing, if the money that we keep pays the oldest dues first."""
    left = max(kept_minor, 0)
    states = []
    for due in dues:
        paid = min(due.amount_minor, left)
        left -= paid
        states.append(DueWithState(due, due.amount_minor - paid))
    return states


def next_due(dues: Sequence[Due], *, kept_minor: int) -> DueWithState | None:
    """The first due that is not met; None if all are."""
    states = dues_with_state(dues, kept_minor=kept_minor)
    return next((state for state in states if not state.is_met), None)


def kept_until(due_on: dt.date, *, grace_days: int, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """A place is kept until the end of the due day at the event, and the days of grace."""
    first_day_over = due_on + dt.timedelta(days=1 + grace_days)
    return dt.datetime.combine(first_day_over, dt.time(), zone).astimezone(dt.UTC)


def require_sensible(
    dues: Sequence[Due], *, owed_minor: int, today: dt.date, last_day: dt.date
) -> None:
    """:raises InstalmentsRefused: unless the dues add up to what is owed and lie in order ahead."""
    if not 2 <= len(dues) <= MOST_DUES:
        raise InstalmentsRefused(
            _("Please give from 2 to %(most)d instalments.") % {"most": MOST_DUES}
        )
    if any(due.amount_minor <= 0 for due in dues):
        raise InstalmentsRefused(_("Each instalment must be more than zero."))
    days = [due.due_on for due in dues]
    if days != sorted(set(days)):
        raise InstalmentsRefused(_("The instalments must fall due one after the other."))
    if days[0] < today or days[-1] > last_day:
        raise InstalmentsRefused(
            _("The instalments must fall due from today until the last day of the event.")
        )
    if sum(due.amount_minor for due in dues) != owed_minor:
        raise InstalmentsRefused(_("The instalments must add up to what is owed."))


def equal_dues(*, amount_minor: int, number: int, first_on: dt.date, every_days: int) -> list[Due]:
    """The same amount each time; what does not divide evenly is in the first."""
    each, rest = divmod(amount_minor, number)
    return [
        Due(
            first_on + dt.timedelta(days=position * every_days),
            each + (rest if not position else 0),
        )
        for position in range(number)
    ]
