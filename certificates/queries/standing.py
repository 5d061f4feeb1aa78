"""Where a person stands on the way to her certificates: the gates, her credits, the evidence."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from certificates.models import (
    Activity,
    Certificate,
    CreditClaim,
    CreditDesignation,
    EvaluationCompletion,
)
from certificates.queries.credit_inputs import credit_inputs_of, designations_of_event
from certificates.rules.claiming import ClaimWindow, GateFacts, closed_gates, largest_claim
from certificates.rules.computing import CreditComputation, compute_credits
from certificates.rules.credit_types import CreditTypeRule, credit_type_rule
from certificates.rules.facts import CreditInputs, CreditPolicy
from certificates.states import ClaimRefusal, EvaluationGate
from registration.models import Registration
from schedule.models import Session


@dataclass(frozen=True, slots=True)
class SessionEvidence:
    """`reason` says why the minutes are 0."""

    session: Session
    minutes: int
    attended_minutes: int
    reason: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DesignationStanding:
    designation: CreditDesignation
    rule: CreditTypeRule
    computation: CreditComputation
    closed: tuple[ClaimRefusal, ...]
    claim: CreditClaim | None

    @property
    def allowed(self) -> Decimal:
        return self.computation.allowed_credits

    @property
    def proposed(self) -> Decimal:
        return largest_claim(self.computation, self.rule)

    @property
    def is_open(self) -> bool:
        return self.claim is None and not self.closed

    @property
    def closed_words(self) -> list[str]:
        return [str(refusal.label) for refusal in self.closed]


@dataclass(frozen=True, slots=True)
class Standing:
    registration: Registration
    activity: Activity
    designations: tuple[DesignationStanding, ...]
    evidence: tuple[SessionEvidence, ...]
    certificates: tuple[Certificate, ...]
    has_evaluated: bool

    @property
    def has_attended(self) -> bool:
        return bool(self.evidence)

    @property
    def has_claimed(self) -> bool:
        return any(line.claim for line in self.designations)

    @property
    def is_preparing(self) -> bool:
        return any(one.is_valid and not one.is_ready for one in self.certificates)

    @property
    def may_have_presence_certificate(self) -> bool:
        """Nothing is certified yet, and nothing hinders it."""
        return (
            self.registration.is_confirmed
            and self.has_attended
            and not any(one.is_valid for one in self.certificates)
        )


def activity_of(registration: Registration) -> Activity | None:
    return (
        Activity.objects.filter(event_id=registration.event_id).select_related("provider").first()
    )


def policy_of(activity: Activity) -> CreditPolicy:
    gate = EvaluationGate.ACTIVITY if activity.evaluation_required else EvaluationGate.NONE
    return CreditPolicy(evaluation_gate=gate)


def gate_facts_of(registration: Registration, activity: Activity) -> GateFacts:
    return GateFacts(
        profession=registration.profession,
        window=ClaimWindow(activity.claim_opens_at, activity.claim_closes_at),
        evaluation_is_complete=has_evaluated(registration),
    )


def has_evaluated(registration: Registration) -> bool:
    return EvaluationCompletion.objects.filter(registration=registration).exists()


def standing_of(registration: Registration, *, at: dt.datetime) -> Standing | None:
    """None if the event has no accredited activity. Computes, and stores nothing."""
    activity = activity_of(registration)
    if activity is None:
        return None
    designations = designations_of_event(registration.event_id)
    inputs = credit_inputs_of(registration, designations)
    gates = gate_facts_of(registration, activity)
    claims = {
        claim.designation_id: claim
        for claim in CreditClaim.objects.filter(
            registration=registration, withdrawn_at__isnull=True
        )
    }
    lines = []
    for designation, facts in zip(designations, inputs, strict=True):
        rule = credit_type_rule(designation.credit_type)
        if not rule.is_for(registration.profession):
            continue
        computation = compute_credits(facts)
        closed = closed_gates(
            computation, rule=rule, policy=policy_of(activity), gates=gates, at=at
        )
        claim = claims.get(designation.pk)
        lines.append(DesignationStanding(designation, rule, computation, closed, claim))
    shown = [one for one in inputs if one.rule.is_for(registration.profession)] or inputs
    certificates = Certificate.objects.filter(registration=registration).select_related("file")
    return Standing(
        registration=registration,
        activity=activity,
        designations=tuple(lines),
        evidence=evidence_of(shown[0], compute_credits(shown[0])) if shown else (),
        certificates=tuple(certificates),
        has_evaluated=gates.evaluation_is_complete,
    )


def evidence_of(
    inputs: CreditInputs, computation: CreditComputation
) -> tuple[SessionEvidence, ...]:
    """The sessions in which she was, in order of time, also those that give nothing."""
    (evidence,) = evidence_of_many([(inputs, computation)])
    return evidence


def evidence_of_many(
    computed: Sequence[tuple[CreditInputs, CreditComputation]],
) -> list[tuple[SessionEvidence, ...]]:
    """The same for many people, in order, with the sessions asked for once."""
    entered = [{attended.session_key for attended in inputs.recorded} for inputs, _ in computed]
    keys = set().union(*entered)
    sessions = Session.objects.select_related("room").in_bulk([int(key) for key in keys])
    return [
        tuple(
            SessionEvidence(
                session=sessions[int(line.session_key)],
                minutes=line.minutes,
                attended_minutes=line.attended_minutes,
                reason=str(line.reason.label) if line.reason else "",
                notes=tuple(str(flag.label) for flag in sorted(line.flags)),
            )
            for line in computation.breakdown
            if line.session_key in her_own
        )
        for her_own, (_inputs, computation) in zip(entered, computed, strict=True)
    ]
