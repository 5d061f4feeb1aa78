import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from certificates.rules.claiming import (
    ClaimWindow,
    GateFacts,
    amount_refusal,
    certificate_kind_for,
    claim_refusal,
    claim_window,
    closed_gates,
    largest_claim,
    review_reasons,
)
from certificates.rules.facts import CreditPolicy
from certificates.states import (
    AssessmentGate,
    CertificateKind,
    ClaimRefusal,
    CreditFlag,
    EvaluationGate,
    ReviewReason,
)
from registration.states import Profession
from tests.certificates.rules.credit_type_rules import AMA, CEU, RELOJ
from tests.certificates.rules.programme import (
    BUENOS_AIRES,
    DAY_ONE,
    S1,
    S4,
    at,
    computed,
    whole,
)

OPENS_AT = at("09:20")
CLOSES_AT = at("00:00", day=30)
NOON = at("12:00", day=15)


def physician(**facts) -> GateFacts:
    return GateFacts(
        **{
            "profession": Profession.PHYSICIAN,
            "window": ClaimWindow(OPENS_AT, CLOSES_AT),
            "evaluation_is_complete": True,
            **facts,
        }
    )


def closed(gates: GateFacts, *, scans=(), when=NOON, designated=None, **policy):
    computation = computed(AMA, scans or whole(S1, S4))
    if designated is not None:
        computation = computed(AMA, scans or whole(S1, S4), designated=None)
    return closed_gates(computation, rule=AMA, policy=CreditPolicy(**policy), gates=gates, at=when)


def test_claims_open_at_the_end_of_the_first_session_and_close_thirty_days_after_the_last():
    window = claim_window(DAY_ONE, policy=CreditPolicy(), venue_timezone=BUENOS_AIRES)

    assert window.opens_at == at("09:20")
    # The whole of the thirtieth day, by the venue's clock.
    assert window.closes_at == at("00:00", day=14) + dt.timedelta(days=31)


def test_staff_may_reopen_a_window_and_never_shorten_it():
    first = claim_window(DAY_ONE, policy=CreditPolicy(), venue_timezone=BUENOS_AIRES)

    def reopened(until: dt.datetime) -> ClaimWindow:
        return claim_window(
            DAY_ONE, policy=CreditPolicy(), venue_timezone=BUENOS_AIRES, reopened_until=until
        )

    later = first.closes_at + dt.timedelta(days=9)
    assert reopened(later) == ClaimWindow(first.opens_at, later)
    assert reopened(first.opens_at) == first


def test_an_activity_without_sessions_has_no_window():
    with pytest.raises(ValueError, match="nothing to claim"):
        claim_window((), policy=CreditPolicy(), venue_timezone=BUENOS_AIRES)


def test_nothing_stands_between_an_evaluated_physician_and_her_claim():
    assert closed(physician()) == ()


@pytest.mark.parametrize(
    ("when", "refusals"),
    [
        (OPENS_AT - dt.timedelta(seconds=1), (ClaimRefusal.WINDOW_NOT_OPEN,)),
        (OPENS_AT, ()),
        (CLOSES_AT - dt.timedelta(seconds=1), ()),
        (CLOSES_AT, (ClaimRefusal.WINDOW_CLOSED,)),
    ],
)
def test_the_window_is_half_open(when, refusals):
    assert closed(physician(), when=when) == refusals


def test_every_closed_gate_is_told_at_once():
    nurse = physician(profession=Profession.NURSE, evaluation_is_complete=False)

    assert closed(
        nurse, scans=whole(DAY_ONE[4]), when=CLOSES_AT, assessment_gate=AssessmentGate.POST_TEST
    ) == (
        ClaimRefusal.PROFESSION,
        ClaimRefusal.WINDOW_CLOSED,
        ClaimRefusal.EVALUATION_MISSING,
        ClaimRefusal.POST_TEST_MISSING,
        ClaimRefusal.NOTHING_TO_CLAIM,
    )


def test_a_credit_that_was_not_designated_cannot_be_claimed():
    assert closed(physician(), designated=False) == (ClaimRefusal.NOT_DESIGNATED,)


@pytest.mark.parametrize(
    ("gate", "facts", "refusals"),
    [
        (EvaluationGate.NONE, {"evaluation_is_complete": False}, ()),
        (
            EvaluationGate.EACH_CLAIMED_SESSION,
            {"evaluated_session_keys": frozenset({"S1"})},
            (ClaimRefusal.EVALUATION_MISSING,),
        ),
        (
            EvaluationGate.EACH_CLAIMED_SESSION,
            {"evaluated_session_keys": frozenset({"S1", "S4", "S6"})},
            (),
        ),
    ],
)
def test_an_activity_decides_which_evaluations_open_the_claim(gate, facts, refusals):
    assert closed(physician(**facts), evaluation_gate=gate) == refusals


@pytest.mark.parametrize(
    ("gate", "facts", "refusals"),
    [
        (AssessmentGate.POST_TEST, {}, (ClaimRefusal.POST_TEST_MISSING,)),
        (AssessmentGate.POST_TEST, {"has_passed_post_test": True}, ()),
        (AssessmentGate.CRITICAL_SKILLS, {}, (ClaimRefusal.SKILLS_MISSING,)),
        (AssessmentGate.CRITICAL_SKILLS, {"has_passed_critical_skills": True}, ()),
    ],
)
def test_a_course_may_ask_for_a_test_or_for_skills(gate, facts, refusals):
    assert closed(physician(**facts), assessment_gate=gate) == refusals


@pytest.mark.parametrize(
    ("claimed", "refusal"),
    [
        ("0.25", None),
        ("2.25", None),
        ("2.50", ClaimRefusal.MORE_THAN_ALLOWED),
        ("0.30", ClaimRefusal.NOT_A_STEP),
        ("0.0000001", ClaimRefusal.NOT_A_STEP),
        ("0", ClaimRefusal.NOT_POSITIVE),
        ("-1", ClaimRefusal.NOT_POSITIVE),
        ("NaN", ClaimRefusal.NOT_POSITIVE),
        ("Infinity", ClaimRefusal.NOT_POSITIVE),
        ("1E+400", ClaimRefusal.MORE_THAN_ALLOWED),
    ],
)
def test_a_claim_is_a_positive_multiple_of_the_step_within_what_is_allowed(claimed, refusal):
    assert amount_refusal(Decimal(claimed), Decimal("2.25"), AMA) == refusal


@pytest.mark.parametrize("rule", [CEU, RELOJ])
def test_where_nobody_claims_the_amount_is_whole(rule):
    assert amount_refusal(Decimal("9.00"), Decimal("9.00"), rule) is None
    assert amount_refusal(Decimal("8.00"), Decimal("9.00"), rule) == ClaimRefusal.NOT_THE_WHOLE


def test_a_closed_gate_is_told_before_a_wrong_amount():
    computation = computed(AMA, whole(S1, S4))
    facts = {"rule": AMA, "policy": CreditPolicy(), "at": NOON}

    not_evaluated = physician(evaluation_is_complete=False)
    assert (
        claim_refusal(Decimal(99), computation, gates=not_evaluated, **facts)
        == ClaimRefusal.EVALUATION_MISSING
    )
    assert (
        claim_refusal(Decimal(99), computation, gates=physician(), **facts)
        == ClaimRefusal.MORE_THAN_ALLOWED
    )


def test_a_claim_starts_at_the_largest_step_or_at_the_whole():
    computation = replace(computed(AMA), allowed_credits=Decimal("2.10"))

    assert largest_claim(computation, AMA) == Decimal("2.00")
    assert largest_claim(computation, CEU) == Decimal("2.10")


def test_inferred_or_adjusted_attendance_and_what_staff_knows_send_a_claim_to_review():
    plain = computed(AMA, whole(S1))
    doubtful = replace(plain, flags=frozenset({CreditFlag.INFERRED_START, CreditFlag.ADJUSTED}))

    assert review_reasons(plain) == ()
    assert review_reasons(doubtful) == (ReviewReason.INFERRED, ReviewReason.ADJUSTED)
    assert review_reasons(
        plain, shares_licence=True, profession_has_changed=True, is_late=True
    ) == (ReviewReason.SHARED_LICENCE, ReviewReason.PROFESSION_CHANGED, ReviewReason.LATE)


@pytest.mark.parametrize(
    ("has_attended", "is_eligible", "has_claim", "kind"),
    [
        (True, True, True, CertificateKind.CME_AWARD),
        (True, True, False, CertificateKind.ATTENDANCE),
        (True, False, False, CertificateKind.PARTICIPATION),
        (True, False, True, CertificateKind.PARTICIPATION),
        (False, True, True, None),
    ],
)
def test_a_certificate_says_what_its_holder_may_be_certified(
    has_attended, is_eligible, has_claim, kind
):
    assert (
        certificate_kind_for(
            has_attended=has_attended,
            profession_is_eligible=is_eligible,
            has_accepted_claim=has_claim,
        )
        == kind
    )
