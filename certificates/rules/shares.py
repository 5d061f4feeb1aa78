"""
Which minutes of which session count, and to which of several sessions a minute is given.

Source: CME domain reference (cme.md), section 5, read 2026-11-25.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from certificates.rules.facts import (
    AttendedPeriod,
    CreditInputs,
    CreditPolicy,
    Presentation,
    SessionFacts,
)
from certificates.rules.presence import attended_periods
from certificates.states import CountedMinutes
from conference.kernel.periods import NO_MINUTES, Period, PeriodSet


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPresence:
    """
    One eligible session and one person.

    `available` are its minutes without her own presentations, `attended` those she was there,
    own presentations included, `counted` what is left of both.
    """

    session: SessionFacts
    periods: tuple[AttendedPeriod, ...]
    available: PeriodSet
    attended: PeriodSet
    counted: PeriodSet


def presence_in_eligible_sessions(inputs: CreditInputs) -> dict[str, SessionPresence]:
    """By session; cancelled sessions and those without this credit are left out."""
    teaches = inputs.rule.counts is CountedMinutes.TEACHING
    own = NO_MINUTES
    if inputs.policy.excludes_own_teaching and not teaches:
        own = PeriodSet.of(presentation.period for presentation in inputs.presentations)
    periods = defaultdict[str, list[AttendedPeriod]](list)
    for attended in _taught_periods(inputs) if teaches else attended_periods(inputs):
        periods[attended.session_key].append(attended)
    # Once somebody presents, there is no minimum: each talk counts.
    policy = CreditPolicy() if teaches else inputs.policy
    return {
        session.session_key: _presence(
            session, tuple(periods.get(session.session_key, ())), own, policy
        )
        for session in inputs.sessions
        if inputs.rule.code in session.eligible_for and not session.is_cancelled
    }


def _presence(
    session: SessionFacts, periods: tuple[AttendedPeriod, ...], own: PeriodSet, policy: CreditPolicy
) -> SessionPresence:
    held = session.held_minutes
    available = held - own
    if not periods:  # so it is in most of the hundreds of sessions of a congress
        return SessionPresence(
            session=session,
            periods=(),
            available=available,
            attended=NO_MINUTES,
            counted=NO_MINUTES,
        )
    attended = _all_of(periods) & held
    counted = attended & available
    if counted.minutes < _required_minutes(available, policy):
        counted = NO_MINUTES
    return SessionPresence(
        session=session, periods=periods, available=available, attended=attended, counted=counted
    )


def _required_minutes(available: PeriodSet, policy: CreditPolicy) -> int:
    """A session shorter than the minimum asks for all of it."""
    share = -(-available.minutes * policy.min_session_presence_pct // 100)
    return min(available.minutes, max(policy.min_session_presence_minutes, share))


def _all_of(periods: Iterable[AttendedPeriod]) -> PeriodSet:
    return PeriodSet.of(attended.period for attended in periods)


def _taught_periods(inputs: CreditInputs) -> tuple[AttendedPeriod, ...]:
    """
    Original presentations, each talk once: the first time it was given for this credit.

    Source: CME domain reference (cme.md), section 3 (secondary, 2006), read 2026-11-25.
    """
    held = {
        session.session_key: session.held
        for session in inputs.sessions
        if inputs.rule.code in session.eligible_for and not session.is_cancelled
    }
    first_given: dict[str, tuple[Presentation, Period]] = {}
    for presentation in sorted(inputs.presentations, key=lambda one: (one.period, one.session_key)):
        bounds = held.get(presentation.session_key)
        inside = presentation.period.overlap(bounds) if bounds else None
        if presentation.is_original and inside:
            first_given.setdefault(presentation.talk_key, (presentation, inside))
    return tuple(
        AttendedPeriod(
            session_key=presentation.session_key,
            period=inside,
            checked_in_at=inside.start_at,
        )
        for presentation, inside in first_given.values()
    )


def give_each_minute_to_one_session(
    presences: Mapping[str, SessionPresence],
) -> dict[str, PeriodSet]:
    """A minute counted in several sessions belongs to the one she checked in to last."""
    shares = sorted(
        (
            (attended.checked_in_at, key, PeriodSet((attended.period,)) & presence.counted)
            for key, presence in sorted(presences.items())
            for attended in presence.periods
        ),
        key=lambda share: share[0],
        reverse=True,
    )
    given = dict.fromkeys(presences, NO_MINUTES)
    taken = NO_MINUTES
    for _checked_in_at, key, minutes in shares:
        given[key] |= minutes - taken
        taken |= minutes
    return given
