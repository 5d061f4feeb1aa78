"""The minutes of each session, and why a session gave none."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from certificates.rules.facts import CreditInputs, Scan, SessionFacts
from certificates.rules.shares import SessionPresence
from certificates.states import CountedMinutes, CreditFlag, PresenceBasis, ZeroReason
from conference.kernel.periods import PeriodSet, utc_minute
from registration.states import ScanDirection

NO_FLAGS = frozenset[CreditFlag]()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionBreakdown:
    """
    `minutes` were given to this session, `attended_minutes` were spent in it.

    The two differ by own presentations and by minutes given to another session. The reason is
    there when `minutes` is 0.
    """

    session_key: str
    minutes: int
    attended_minutes: int
    reason: ZeroReason | None
    flags: frozenset[CreditFlag]


def break_down(
    inputs: CreditInputs,
    presences: Mapping[str, SessionPresence],
    shares: Mapping[str, PeriodSet],
) -> tuple[SessionBreakdown, ...]:
    """Every session that was stated, in order of time."""
    lines = []
    scans = defaultdict[str | None, list[Scan]](list)
    for scan in inputs.scans:
        scans[scan.session_key].append(scan)
    for session in sorted(inputs.sessions, key=_in_order_of_time):
        presence = presences.get(session.session_key)
        minutes = shares[session.session_key].minutes if presence else 0
        lines.append(
            SessionBreakdown(
                session_key=session.session_key,
                minutes=minutes,
                attended_minutes=presence.attended.minutes if presence else 0,
                reason=None if minutes else _zero_reason(inputs, session, presence, scans),
                flags=flags_of(presence) if presence else NO_FLAGS,
            )
        )
    return tuple(lines)


def _in_order_of_time(session: SessionFacts) -> tuple[int, int, str]:
    held = session.held
    return held.start_minute, held.end_minute, session.session_key


def flags_of(presence: SessionPresence) -> frozenset[CreditFlag]:
    if not presence.periods:
        return NO_FLAGS
    flags = frozenset(flag for attended in presence.periods for flag in attended.flags)
    if presence.attended - presence.available:
        return flags | {CreditFlag.OWN_PRESENTATION_EXCLUDED}
    return flags


def _zero_reason(
    inputs: CreditInputs,
    session: SessionFacts,
    presence: SessionPresence | None,
    scans: Mapping[str | None, Sequence[Scan]],
) -> ZeroReason:
    if session.is_cancelled:
        return ZeroReason.CANCELLED
    if not presence:
        return ZeroReason.NOT_ELIGIBLE
    if inputs.rule.counts is CountedMinutes.TEACHING:
        return ZeroReason.NOT_PRESENTED
    if presence.periods:
        return _why_uncounted(presence)
    if inputs.policy.attendance_basis is not PresenceBasis.SESSION_SCAN:
        return ZeroReason.NO_PRESENCE
    return _why_absent(session, scans.get(session.session_key, ()))


def _why_uncounted(presence: SessionPresence) -> ZeroReason:
    if not presence.attended:
        return ZeroReason.OUTSIDE_SESSION
    if not presence.attended & presence.available:
        return ZeroReason.OWN_PRESENTATION
    if not presence.counted:
        return ZeroReason.TOO_SHORT
    return ZeroReason.COUNTED_ELSEWHERE


def _why_absent(session: SessionFacts, here: Sequence[Scan]) -> ZeroReason:
    if not here:
        return ZeroReason.NO_PRESENCE
    directions = {scan.direction for scan in here}
    if ScanDirection.IN not in directions:
        return ZeroReason.NO_ENTRY_SCAN
    if ScanDirection.OUT not in directions and any(_is_in_time(scan, session) for scan in here):
        return ZeroReason.NO_EXIT_SCAN
    return ZeroReason.OUTSIDE_SESSION


def _is_in_time(scan: Scan, session: SessionFacts) -> bool:
    return utc_minute(scan.at) < session.held.end_minute
