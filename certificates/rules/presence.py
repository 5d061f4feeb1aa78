"""
From scans to the periods somebody was in a session.

Scans are taken in the order in which they happened, whatever the order in which they arrived.
A scan sent twice counts once; checking in again while inside, or out again while outside,
changes nothing.

Source: CME domain reference (cme.md), section 5, read 2026-11-25.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from certificates.rules.facts import AttendedPeriod, CreditInputs, CreditPolicy, Scan, SessionFacts
from certificates.states import CreditFlag, MissingCheckin, MissingCheckout, PresenceBasis
from conference.kernel.periods import Period, utc_minute
from registration.states import ScanDirection


def attended_periods(inputs: CreditInputs) -> tuple[AttendedPeriod, ...]:
    """
    What the basis of attendance proves, and what was recorded by hand, each cut to its session.

    Sessions that were cancelled have none.
    """
    sessions = [session for session in inputs.sessions if not session.is_cancelled]
    proven = {
        PresenceBasis.SESSION_SCAN: _from_doors,
        PresenceBasis.GATE_SCAN: _from_gates,
        PresenceBasis.ROSTER: _from_roster,
        PresenceBasis.ATTESTED: _from_attestation,
    }[inputs.policy.attendance_basis](inputs, sessions)
    held = {session.session_key: session.held for session in sessions}
    return tuple(
        replace(attended, period=inside)
        for attended in (*proven, *inputs.recorded)
        if attended.session_key in held
        and (inside := attended.period.overlap(held[attended.session_key]))
    )


def in_order(scans: Iterable[Scan]) -> list[Scan]:
    """
    As they happened, each once.

    In and out of a session at the same instant: in comes first, and nothing is attended.
    """
    ordered = sorted(scans, key=lambda scan: (scan.at, scan.direction, scan.scan_key))
    once: dict[str, Scan] = {}
    for scan in ordered:
        once.setdefault(scan.scan_key, scan)
    return list(once.values())


@dataclass(frozen=True, slots=True)
class _Stay:
    period: Period
    checked_in_at: dt.datetime
    flags: frozenset[CreditFlag]


def _from_doors(inputs: CreditInputs, sessions: Sequence[SessionFacts]) -> Iterator[AttendedPeriod]:
    scans = in_order(inputs.scans)
    scanned_keys = {scan.session_key for scan in scans}
    for session in sessions:
        if session.session_key not in scanned_keys:
            continue
        here = [scan for scan in scans if scan.session_key == session.session_key]
        elsewhere = [scan for scan in scans if scan.session_key != session.session_key]
        for stay in _stays(here, session.held, elsewhere, inputs.policy):
            yield AttendedPeriod(
                session_key=session.session_key,
                period=stay.period,
                checked_in_at=stay.checked_in_at,
                flags=stay.flags,
            )


def _from_gates(inputs: CreditInputs, sessions: Sequence[SessionFacts]) -> Iterator[AttendedPeriod]:
    """
    Entrances are paired day by day of the venue; a day lasts from its first session to its last.

    Somebody who did not check out at the entrance was last seen at her last scan of that day.
    """

    def day_of(at: dt.datetime) -> dt.date:
        return at.astimezone(inputs.zone).date()

    scans = in_order(inputs.scans)
    for day in sorted({day_of(session.held.start_at) for session in sessions}):
        of_the_day = [session for session in sessions if day_of(session.held.start_at) == day]
        bounds = Period(
            min(session.held.start_minute for session in of_the_day),
            max(session.held.end_minute for session in of_the_day),
        )
        today = [scan for scan in scans if day_of(scan.at) == day]
        gates = [scan for scan in today if scan.session_key is None]
        last_seen = [scan for scan in today[-1:] if scan.session_key is not None]
        for stay in _stays(gates, bounds, last_seen, inputs.policy):
            for session in of_the_day:
                if inside := stay.period.overlap(session.held):
                    yield AttendedPeriod(
                        session_key=session.session_key,
                        period=inside,
                        checked_in_at=stay.checked_in_at,
                        flags=stay.flags | {CreditFlag.FROM_GATE},
                    )


def _from_roster(
    inputs: CreditInputs, sessions: Sequence[SessionFacts]
) -> Iterator[AttendedPeriod]:
    return _whole_sessions(sessions, inputs.rostered_session_keys, CreditFlag.FROM_ROSTER)


def _from_attestation(
    inputs: CreditInputs, sessions: Sequence[SessionFacts]
) -> Iterator[AttendedPeriod]:
    return _whole_sessions(sessions, inputs.attested_session_keys, CreditFlag.ATTESTED)


def _whole_sessions(
    sessions: Sequence[SessionFacts], keys: frozenset[str], flag: CreditFlag
) -> Iterator[AttendedPeriod]:
    for session in sessions:
        if session.session_key in keys:
            yield AttendedPeriod(
                session_key=session.session_key,
                period=session.held,
                checked_in_at=session.held.start_at,
                flags=frozenset({flag}),
            )


def _stays(
    scans: Sequence[Scan], bounds: Period, elsewhere: Sequence[Scan], policy: CreditPolicy
) -> Iterator[_Stay]:
    """Pair the scans of one place, in order. `elsewhere` may tell when somebody had left."""
    opened: Scan | None = None
    for position, scan in enumerate(scans):
        if scan.direction == ScanDirection.IN:
            opened = opened or scan
        elif opened:
            yield from _stay(opened.at, _entry(opened, bounds, policy), _exit(scan, bounds, policy))
            opened = None
        elif position == 0 and policy.missing_checkin is MissingCheckin.SESSION_START:
            start = _Edge(bounds.start_minute, CreditFlag.INFERRED_START)
            yield from _stay(bounds.start_at, start, _exit(scan, bounds, policy))
    if opened:
        start = _entry(opened, bounds, policy)
        later = [scan for scan in elsewhere if scan.at > opened.at]
        end_minute = _inferred_end(start.minute, bounds, later, policy)
        yield from _stay(opened.at, start, _Edge(end_minute, CreditFlag.INFERRED_END))


@dataclass(frozen=True, slots=True)
class _Edge:
    minute: int
    flag: CreditFlag | None = None


def _stay(checked_in_at: dt.datetime, start: _Edge, end: _Edge) -> Iterator[_Stay]:
    """None where the end is not after the start."""
    if start.minute < end.minute:
        flags = frozenset(flag for flag in (start.flag, end.flag) if flag)
        yield _Stay(Period(start.minute, end.minute), checked_in_at, flags)


def _entry(scan: Scan, bounds: Period, policy: CreditPolicy) -> _Edge:
    """Not before the start; a little late is on time. Only entries snap to a start."""
    minute = utc_minute(scan.at)
    if minute <= bounds.start_minute:
        return _Edge(bounds.start_minute)
    if minute - bounds.start_minute <= policy.transition_grace_minutes:
        return _Edge(bounds.start_minute, CreditFlag.SNAPPED)
    return _Edge(minute)


def _exit(scan: Scan, bounds: Period, policy: CreditPolicy) -> _Edge:
    """Not after the end; a little early is until the end. Only exits snap to an end."""
    minute = utc_minute(scan.at)
    if minute >= bounds.end_minute:
        return _Edge(bounds.end_minute)
    if bounds.end_minute - minute <= policy.transition_grace_minutes:
        return _Edge(bounds.end_minute, CreditFlag.SNAPPED)
    return _Edge(minute)


def _inferred_end(
    start_minute: int, bounds: Period, later_elsewhere: Sequence[Scan], policy: CreditPolicy
) -> int:
    """Where nothing tells that somebody had left, she stayed until the end."""
    match policy.missing_checkout:
        case MissingCheckout.ZERO:
            return start_minute
        case MissingCheckout.CAP_MINUTES:
            return min(start_minute + policy.missing_checkout_cap_minutes, bounds.end_minute)
        case MissingCheckout.NEXT_SCAN_ELSEWHERE if later_elsewhere:
            return min(utc_minute(later_elsewhere[0].at), bounds.end_minute)
        case _:
            return bounds.end_minute
