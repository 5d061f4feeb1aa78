"""
The credit engine: which minutes count for one person and one credit type, and what they give.

    eligible   = union of the sessions as held, for the credit type, without their breaks
    present    = union of all presence, each cut to its session
    minutes    = measure((present & eligible) - own presentations)
    verified   = minutes rounded at the scope of the credit type; then minimum and caps
    designated = round(measure(eligible as planned)); a person approves it, then it is frozen
    allowed    = min(verified, designated); on their honour: designated

Source: CME domain reference (cme.md), section 5, read 2026-11-25.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from certificates.rules.breakdown import SessionBreakdown, break_down, flags_of
from certificates.rules.credit_types import NO_CREDIT, CreditTypeRule
from certificates.rules.days import minutes_by_day_and_session
from certificates.rules.facts import CreditInputs, SessionFacts
from certificates.rules.hashing import RULE_VERSION, inputs_sha256
from certificates.rules.rounding import (
    DayCredits,
    RoundedCredits,
    at_most,
    round_and_cap,
    rounded_once,
)
from certificates.rules.shares import (
    SessionPresence,
    give_each_minute_to_one_session,
    presence_in_eligible_sessions,
)
from certificates.states import (
    ClaimCeiling,
    ClaimStyle,
    CountedMinutes,
    CreditFamily,
    CreditFlag,
    ZeroReason,
)
from conference.kernel.periods import PeriodSet, union


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditComputation:
    """What came out. Stored as it is; an award cites it."""

    credit_code: str
    inputs_sha256: str
    rule_version: str
    minutes: int
    verified_credits: Decimal
    designated_credits: Decimal | None
    allowed_credits: Decimal
    days: tuple[DayCredits, ...]
    breakdown: tuple[SessionBreakdown, ...]
    flags: frozenset[CreditFlag]

    @property
    def visited_breakdown(self) -> tuple[SessionBreakdown, ...]:
        """Without the sessions in which nothing was recorded, or that carry no such credit."""
        silent = {ZeroReason.NO_PRESENCE, ZeroReason.NOT_PRESENTED, ZeroReason.NOT_ELIGIBLE}
        return tuple(line for line in self.breakdown if line.reason not in silent)


def compute_credits(inputs: CreditInputs) -> CreditComputation:
    presences = presence_in_eligible_sessions(inputs)
    shares = give_each_minute_to_one_session(presences)
    minutes = sum(share.minutes for share in shares.values())
    is_below = _is_below_threshold(inputs, presences, minutes)

    verified = RoundedCredits(NO_CREDIT, (), frozenset())
    if minutes and not is_below:
        verified = _verified(inputs, _credited(inputs.rule, presences, shares))
    allowed = _allowed(inputs, verified.credits)

    flags = set(verified.flags)
    for presence in presences.values():
        if presence.attended:
            flags |= flags_of(presence)
    if is_below:
        flags.add(CreditFlag.BELOW_THRESHOLD)
    if inputs.rule.counts is CountedMinutes.LEARNING:
        if inputs.designated_credits is None:
            flags.add(CreditFlag.NOT_DESIGNATED)
        elif allowed < verified.credits:
            flags.add(CreditFlag.CAPPED_BY_DESIGNATION)

    return CreditComputation(
        credit_code=inputs.rule.code,
        inputs_sha256=inputs_sha256(inputs),
        rule_version=RULE_VERSION,
        minutes=minutes,
        verified_credits=verified.credits,
        designated_credits=inputs.designated_credits,
        allowed_credits=allowed,
        days=verified.days,
        breakdown=break_down(inputs, presences, shares),
        flags=frozenset(flags),
    )


def _is_below_threshold(
    inputs: CreditInputs, presences: dict[str, SessionPresence], minutes: int
) -> bool:
    """The stricter of what the activity and the credit type ask for; own talks ask for nothing."""
    if inputs.rule.counts is CountedMinutes.TEACHING:
        return False
    whole = 100 if inputs.rule.claim_style is ClaimStyle.ALL_OR_NOTHING else 0
    asked = [
        pct
        for pct in (inputs.policy.all_or_nothing_pct, inputs.rule.all_or_nothing_pct)
        if pct is not None
    ]
    required_pct = max(asked, default=whole)
    if not required_pct:
        return False
    available = union(presence.available for presence in presences.values())
    return minutes * 100 < available.minutes * required_pct


def _credited(
    rule: CreditTypeRule, presences: dict[str, SessionPresence], shares: dict[str, PeriodSet]
) -> dict[str, PeriodSet]:
    if rule.claim_style is ClaimStyle.ALL_OR_NOTHING:
        return {rule.code: union(presence.available for presence in presences.values())}
    return shares


def _verified(inputs: CreditInputs, credited: dict[str, PeriodSet]) -> RoundedCredits:
    rule = inputs.rule
    rounded = round_and_cap(minutes_by_day_and_session(credited, inputs.zone), rule)
    if rule.family is CreditFamily.TIME_BASED:
        return rounded
    # Points are fixed by their issuer; where the issuer decides, only the hours are certified.
    points = inputs.designated_credits if rule.family is CreditFamily.FIXED_POINTS else None
    capped = at_most(rule.cap_activity, points or NO_CREDIT)
    days = tuple(DayCredits(day.day, day.minutes, None) for day in rounded.days)
    return RoundedCredits(capped, days, frozenset())


def _allowed(inputs: CreditInputs, verified_credits: Decimal) -> Decimal:
    if inputs.rule.counts is CountedMinutes.TEACHING:
        return verified_credits  # outside the designated maximum
    if inputs.designated_credits is None:
        return NO_CREDIT
    if (
        inputs.policy.claim_ceiling is ClaimCeiling.HONOUR
        and inputs.rule.family is CreditFamily.TIME_BASED
    ):
        return at_most(inputs.rule.cap_activity, inputs.designated_credits)
    return min(verified_credits, inputs.designated_credits)


def planned_minutes(sessions: Iterable[SessionFacts], credit_code: str) -> PeriodSet:
    """The minutes that can be earned: simultaneous sessions once, cancelled ones as planned."""
    return union(
        session.planned_minutes for session in sessions if credit_code in session.eligible_for
    )


def designated_credits(
    sessions: Iterable[SessionFacts], rule: CreditTypeRule, *, venue_timezone: str
) -> Decimal:
    """
    The maximum to propose for a designation. A person approves it, then it is frozen.

    Rounded per day where the credit type is; else once, also where claims round each session.
    Zero where an issuer fixes the points or decides, and for teaching, which has no maximum.
    """
    if rule.family is not CreditFamily.TIME_BASED or rule.counts is CountedMinutes.TEACHING:
        return NO_CREDIT
    by_day = minutes_by_day_and_session(
        {rule.code: planned_minutes(sessions, rule.code)}, ZoneInfo(venue_timezone)
    )
    return round_and_cap(by_day, rounded_once(rule)).credits


def instruction_minutes(sessions: Iterable[SessionFacts], credit_code: str) -> int:
    """
    ACCME hours of instruction, in minutes: all sessions summed, without breaks.

    Simultaneous sessions are included: for statistics, never for anybody's credit.

    Source: CME domain reference (cme.md), section 1.3 (primary), read 2026-11-25.
    """
    return sum(
        session.held_minutes.minutes for session in sessions if credit_code in session.eligible_for
    )
