"""
What may be claimed, when, and what a certificate will then say.

Source: CME domain reference (cme.md), sections 5 and 10, read 2026-11-25.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from certificates.rules.computing import CreditComputation
from certificates.rules.credit_types import CreditTypeRule
from certificates.rules.days import end_of_day_minute
from certificates.rules.facts import CreditPolicy, SessionFacts
from certificates.rules.rounding import largest_step
from certificates.states import (
    AssessmentGate,
    CertificateKind,
    ClaimRefusal,
    ClaimStyle,
    CreditFlag,
    EvaluationGate,
    ReviewReason,
)
from conference.kernel.periods import instant_of

_INFERRED = frozenset({CreditFlag.INFERRED_START, CreditFlag.INFERRED_END})


@dataclass(frozen=True, slots=True)
class ClaimWindow:
    """Half-open: [opens_at, closes_at)."""

    opens_at: dt.datetime
    closes_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """What a person has done, as far as the gates ask."""

    profession: str
    window: ClaimWindow
    evaluation_is_complete: bool
    evaluated_session_keys: frozenset[str] = frozenset()
    has_passed_post_test: bool = False
    has_passed_critical_skills: bool = False


def claim_window(
    sessions: Iterable[SessionFacts],
    *,
    policy: CreditPolicy,
    venue_timezone: str,
    reopened_until: dt.datetime | None = None,
) -> ClaimWindow:
    """
    From the end of the first session until the end of the venue's day, so many days after the last.

    Staff may reopen it for longer, never shorten it.

    :raises ValueError: if there are no sessions.
    """
    zone = ZoneInfo(venue_timezone)
    ends = sorted(session.planned.end_at for session in sessions)
    if not ends:
        raise ValueError("An activity without sessions has nothing to claim.")
    last_day = ends[-1].astimezone(zone).date() + dt.timedelta(days=policy.claim_window_days)
    closes_at = instant_of(end_of_day_minute(last_day, zone))
    return ClaimWindow(ends[0], max(closes_at, reopened_until or closes_at))


def closed_gates(
    computation: CreditComputation,
    *,
    rule: CreditTypeRule,
    policy: CreditPolicy,
    gates: GateFacts,
    at: dt.datetime,
) -> tuple[ClaimRefusal, ...]:
    """Everything that stands between a person and her claim, whatever she claims; none if open."""
    credited_keys = {line.session_key for line in computation.breakdown if line.minutes}
    evaluation_is_missing = {
        EvaluationGate.NONE: False,
        EvaluationGate.ACTIVITY: not gates.evaluation_is_complete,
        EvaluationGate.EACH_CLAIMED_SESSION: not credited_keys <= gates.evaluated_session_keys,
    }[policy.evaluation_gate]
    test_is_missing = (
        policy.assessment_gate is AssessmentGate.POST_TEST and not gates.has_passed_post_test
    )
    skills_are_missing = (
        policy.assessment_gate is AssessmentGate.CRITICAL_SKILLS
        and not gates.has_passed_critical_skills
    )
    is_not_designated = CreditFlag.NOT_DESIGNATED in computation.flags
    closed = (
        (ClaimRefusal.PROFESSION, not rule.is_for(gates.profession)),
        (ClaimRefusal.NOT_DESIGNATED, is_not_designated),
        (ClaimRefusal.WINDOW_NOT_OPEN, at < gates.window.opens_at),
        (ClaimRefusal.WINDOW_CLOSED, at >= gates.window.closes_at),
        (ClaimRefusal.EVALUATION_MISSING, evaluation_is_missing),
        (ClaimRefusal.POST_TEST_MISSING, test_is_missing),
        (ClaimRefusal.SKILLS_MISSING, skills_are_missing),
        (
            ClaimRefusal.NOTHING_TO_CLAIM,
            not is_not_designated and not computation.allowed_credits,
        ),
    )
    return tuple(refusal for refusal, is_closed in closed if is_closed)


def claim_refusal(
    claimed_credits: Decimal,
    computation: CreditComputation,
    *,
    rule: CreditTypeRule,
    policy: CreditPolicy,
    gates: GateFacts,
    at: dt.datetime,
) -> ClaimRefusal | None:
    """The first reason to refuse this claim; None if what is claimed is to be awarded."""
    closed = closed_gates(computation, rule=rule, policy=policy, gates=gates, at=at)
    if closed:
        return closed[0]
    return amount_refusal(claimed_credits, computation.allowed_credits, rule)


def amount_refusal(
    claimed_credits: Decimal, allowed_credits: Decimal, rule: CreditTypeRule
) -> ClaimRefusal | None:
    """Less is always allowed where the person claims, in steps; elsewhere it is all or nothing."""
    if not claimed_credits.is_finite() or claimed_credits <= 0:
        return ClaimRefusal.NOT_POSITIVE
    if claimed_credits > allowed_credits:
        return ClaimRefusal.MORE_THAN_ALLOWED
    if rule.claim_style is not ClaimStyle.CLAIM:
        return None if claimed_credits == allowed_credits else ClaimRefusal.NOT_THE_WHOLE
    return ClaimRefusal.NOT_A_STEP if claimed_credits % rule.increment else None


def largest_claim(computation: CreditComputation, rule: CreditTypeRule) -> Decimal:
    """What the form is filled with."""
    if rule.claim_style is ClaimStyle.CLAIM:
        return largest_step(computation.allowed_credits, rule)
    return computation.allowed_credits


def review_reasons(
    computation: CreditComputation,
    *,
    shares_licence: bool = False,
    profession_has_changed: bool = False,
    is_late: bool = False,
) -> tuple[ReviewReason, ...]:
    """Why somebody has to look before the claim is approved; none if the rules may approve it."""
    reasons = (
        (ReviewReason.INFERRED, bool(computation.flags & _INFERRED)),
        (ReviewReason.ADJUSTED, CreditFlag.ADJUSTED in computation.flags),
        (ReviewReason.SHARED_LICENCE, shares_licence),
        (ReviewReason.PROFESSION_CHANGED, profession_has_changed),
        (ReviewReason.LATE, is_late),
    )
    return tuple(reason for reason, applies in reasons if applies)


def certificate_kind_for(
    *, has_attended: bool, profession_is_eligible: bool, has_accepted_claim: bool
) -> CertificateKind | None:
    """
    The certificate that is due to a learner; None if she did not attend.

    A physician without an evaluation, or who claimed nothing, is certified her attendance;
    other professions their participation.
    """
    if not has_attended:
        return None
    if not profession_is_eligible:
        return CertificateKind.PARTICIPATION
    return CertificateKind.CME_AWARD if has_accepted_claim else CertificateKind.ATTENDANCE
