"""Day 1 of the worked examples, and short ways to say who was scanned where."""

import datetime as dt
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

from certificates.rules.computing import CreditComputation, compute_credits, designated_credits
from certificates.rules.credit_types import CreditTypeRule
from certificates.rules.facts import CreditInputs, CreditPolicy, Presentation, Scan, SessionFacts
from conference.kernel.periods import Period
from registration.states import ScanDirection
from tests.certificates.rules.credit_type_rules import EVERY_CODE

BUENOS_AIRES = "America/Argentina/Buenos_Aires"
_scan_number = count()


def at(clock: str, *, day: int = 14) -> dt.datetime:
    """A time of the venue, in April 2027: "08:42" or "08:42:30"."""
    return dt.datetime.combine(
        dt.date(2027, 4, day), dt.time.fromisoformat(clock), tzinfo=ZoneInfo(BUENOS_AIRES)
    )


def between(start: str, end: str, *, day: int = 14) -> Period:
    return Period.between(at(start, day=day), at(end, day=day))


def session(key: str, start: str, end: str, *, day: int = 14, **facts) -> SessionFacts:
    return SessionFacts(
        session_key=key,
        planned=between(start, end, day=day),
        **{"eligible_for": EVERY_CODE, **facts},
    )


def session_of(minutes: int, key: str = "S", *, day: int = 14) -> SessionFacts:
    start = at("08:00", day=day)
    return SessionFacts(
        session_key=key,
        planned=Period.between(start, start + dt.timedelta(minutes=minutes)),
        eligible_for=EVERY_CODE,
    )


S1 = session("S1", "08:30", "09:20")
S2 = session("S2", "09:30", "10:30")
S3 = session("S3", "09:30", "10:30")
S4 = session("S4", "11:00", "12:30")
LUNCH = session("lunch", "12:30", "13:45", eligible_for=frozenset())
S5 = session("S5", "13:45", "15:15")
S6 = session("S6", "15:45", "17:00")
DAY_ONE = (S1, S2, S3, S4, LUNCH, S5, S6)
TRACK_A = (S1, S2, S4, S5, S6)


def scanned_in(key: str | None, clock: str, *, day: int = 14, scan_key: str = "") -> Scan:
    return _scan(ScanDirection.IN, key, clock, day, scan_key)


def scanned_out(key: str | None, clock: str, *, day: int = 14, scan_key: str = "") -> Scan:
    return _scan(ScanDirection.OUT, key, clock, day, scan_key)


def _scan(direction: ScanDirection, key: str | None, clock: str, day: int, scan_key: str) -> Scan:
    return Scan(
        scan_key=scan_key or f"scan {next(_scan_number)}",
        at=at(clock, day=day),
        direction=direction,
        session_key=key,
    )


def attended(*visits: tuple[str, str, str]) -> tuple[Scan, ...]:
    """Scanned in and out of each, such as ("S1", "08:30", "09:20")."""
    return tuple(
        scan
        for key, start, end in visits
        for scan in (scanned_in(key, start), scanned_out(key, end))
    )


def whole(*sessions: SessionFacts) -> tuple[Scan, ...]:
    """Scanned in at the start and out at the end of each."""
    return tuple(
        Scan(
            scan_key=f"{one.session_key} {direction}",
            at=when,
            direction=direction,
            session_key=one.session_key,
        )
        for one in sessions
        for direction, when in (
            (ScanDirection.IN, one.held.start_at),
            (ScanDirection.OUT, one.held.end_at),
        )
    )


def presented(key: str, start: str, end: str, *, talk: str = "talk", **facts) -> Presentation:
    return Presentation(talk_key=talk, session_key=key, period=between(start, end), **facts)


DESIGNATED_AS_PROPOSED = object()


def inputs_for(
    rule: CreditTypeRule,
    scans: tuple[Scan, ...] = (),
    *,
    sessions: tuple[SessionFacts, ...] = DAY_ONE,
    designated: Decimal | object | None = DESIGNATED_AS_PROPOSED,
    policy: CreditPolicy | None = None,
    **facts,
) -> CreditInputs:
    if designated is DESIGNATED_AS_PROPOSED:
        designated = designated_credits(sessions, rule, venue_timezone=BUENOS_AIRES)
    return CreditInputs(
        rule=rule,
        venue_timezone=BUENOS_AIRES,
        sessions=sessions,
        designated_credits=designated,
        policy=policy or CreditPolicy(),
        scans=scans,
        **facts,
    )


def computed(rule: CreditTypeRule, scans: tuple[Scan, ...] = (), **facts) -> CreditComputation:
    return compute_credits(inputs_for(rule, scans, **facts))


def minutes_of(computation: CreditComputation) -> dict[str, int]:
    return {line.session_key: line.minutes for line in computation.breakdown}


def reasons_of(computation: CreditComputation) -> dict[str, str]:
    return {line.session_key: line.reason for line in computation.breakdown if line.reason}
