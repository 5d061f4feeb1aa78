"""When a provider is asked again about an attempt, and how long one waits after a failure."""

import datetime as dt

from registration.states import OPEN_ATTEMPTS, AttemptState

FIRST = dt.timedelta(minutes=2)
GIVE_UP = dt.timedelta(days=7)
AFTER_DEADLINE = dt.timedelta(hours=1)
# A page of Stripe lives half an hour at least; a minute more, for clocks.
CHECKOUT = dt.timedelta(minutes=31)
# However often she begins to pay, a place is not kept longer for it than this after the order.
MOST_KEPT_FOR_BEGINNING = dt.timedelta(hours=2)


def ask_again_at(
    state: AttemptState,
    *,
    started_at: dt.datetime,
    deadline_at: dt.datetime,
    at: dt.datetime,
) -> dt.datetime | None:
    """None once nothing new is expected: what comes still later, a message tells."""
    age = at - started_at
    may_be_paid_still = state == AttemptState.REJECTED and at < deadline_at + AFTER_DEADLINE
    if (state not in OPEN_ATTEMPTS and not may_be_paid_still) or age >= GIVE_UP:
        return None
    if age < dt.timedelta(minutes=30):
        return at + FIRST
    return at + (dt.timedelta(minutes=15) if age < dt.timedelta(days=1) else dt.timedelta(hours=2))


def back_off(tries: int, *, at: dt.datetime) -> dt.datetime:
    """Ten seconds after the first failure, twice as long after each one more, an hour at most."""
    seconds = min(10 * 2 ** min(max(tries - 1, 0), 12), 3600)
    return at + dt.timedelta(seconds=seconds)


def is_given_up(
    state: AttemptState, checkout: AttemptState, *, deadline_at: dt.datetime, at: dt.datetime
) -> bool:
    """Nobody paid: the provider closed the page, or its time is well over."""
    return state == AttemptState.CREATED and (
        checkout == AttemptState.REJECTED or at >= deadline_at + AFTER_DEADLINE
    )


def hold_for_attempt(
    *, placed_at: dt.datetime, expires_at: dt.datetime, deadline_at: dt.datetime
) -> dt.datetime:
    """A place is kept while she pays, but not for ever by beginning again and again."""
    return max(expires_at, min(deadline_at, placed_at + MOST_KEPT_FOR_BEGINNING))
