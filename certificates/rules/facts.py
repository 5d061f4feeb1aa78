"""What the credit engine is told: sessions, scans, presentations, and the policy of the activity."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from certificates.rules.credit_types import CreditTypeRule
from certificates.states import (
    AssessmentGate,
    ClaimCeiling,
    CreditFlag,
    EvaluationGate,
    MissingCheckin,
    MissingCheckout,
    PresenceBasis,
)
from conference.kernel.periods import NO_MINUTES, Period, PeriodSet
from registration.states import ScanDirection

MAX_TRANSITION_GRACE_MINUTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """
    A session as planned and as it was held. `breaks` inside it carry no credit.

    `eligible_for` holds the codes of the credit types it was designated for.
    """

    session_key: str
    planned: Period
    actual: Period | None = None
    breaks: tuple[Period, ...] = ()
    eligible_for: frozenset[str] = frozenset()
    is_cancelled: bool = False

    @property
    def held(self) -> Period:
        return self.actual or self.planned

    @property
    def held_minutes(self) -> PeriodSet:
        if self.is_cancelled:
            return NO_MINUTES
        held = PeriodSet((self.held,))
        return held - PeriodSet.of(self.breaks) if self.breaks else held

    @property
    def planned_minutes(self) -> PeriodSet:
        """Stays when the session is cancelled or cut short: a designation is prospective."""
        return PeriodSet((self.planned,)) - PeriodSet.of(self.breaks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One accepted scan: at the door of a session, or at the entrance (`session_key` is None)."""

    scan_key: str
    at: dt.datetime
    direction: ScanDirection
    session_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendedPeriod:
    """That somebody was in a session, cut to it. `checked_in_at` decides between sessions."""

    session_key: str
    period: Period
    checked_in_at: dt.datetime
    flags: frozenset[CreditFlag] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """The slot in which the person presented. A talk given twice has the same `talk_key`."""

    talk_key: str
    session_key: str
    period: Period
    is_original: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPolicy:
    """
    The knobs of an activity; the defaults are the house's.

    Source: CME domain reference (cme.md), section 5, read 2026-11-25.
    """

    attendance_basis: PresenceBasis = PresenceBasis.SESSION_SCAN
    claim_ceiling: ClaimCeiling = ClaimCeiling.VERIFIED
    transition_grace_minutes: int = 0
    missing_checkout: MissingCheckout = MissingCheckout.SESSION_END
    missing_checkout_cap_minutes: int = 30
    missing_checkin: MissingCheckin = MissingCheckin.NONE
    min_session_presence_minutes: int = 0
    min_session_presence_pct: int = 0
    all_or_nothing_pct: int | None = None
    evaluation_gate: EvaluationGate = EvaluationGate.ACTIVITY
    assessment_gate: AssessmentGate = AssessmentGate.NONE
    claim_window_days: int = 30
    excludes_own_teaching: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.transition_grace_minutes <= MAX_TRANSITION_GRACE_MINUTES:
            raise ValueError("The grace between sessions is between 0 and 10 minutes.")
        if not 0 <= self.min_session_presence_pct <= 100:
            raise ValueError("A share of a session is between 0 and 100 per cent.")
        if self.all_or_nothing_pct is not None and not 0 < self.all_or_nothing_pct <= 100:
            raise ValueError("A share of the activity is between 1 and 100 per cent.")
        if (
            min(
                self.missing_checkout_cap_minutes,
                self.min_session_presence_minutes,
                self.claim_window_days,
            )
            < 0
        ):
            raise ValueError("A number of minutes or days is not negative.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditInputs:
    """
    Everything one computation rests on, for one person and one credit type.

    The scans of a person's several registrations belong together here. `recorded` adds periods
    that did not come from scans, such as adjustments by hand. `designated_credits` is None
    where no designation was approved.
    """

    rule: CreditTypeRule
    venue_timezone: str
    sessions: tuple[SessionFacts, ...]
    designated_credits: Decimal | None
    policy: CreditPolicy = CreditPolicy()
    scans: tuple[Scan, ...] = ()
    rostered_session_keys: frozenset[str] = frozenset()
    attested_session_keys: frozenset[str] = frozenset()
    recorded: tuple[AttendedPeriod, ...] = ()
    presentations: tuple[Presentation, ...] = ()

    def __post_init__(self) -> None:
        if len({session.session_key for session in self.sessions}) < len(self.sessions):
            raise ValueError("Each session is stated once.")
        if self.designated_credits is not None and self.designated_credits < 0:
            raise ValueError("A designation is not negative.")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.venue_timezone)
