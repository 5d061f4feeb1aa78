"""
The twelve worked examples of the domain reference, exact to the hundredth.

Source: CME domain reference (cme.md), section 16, read 2026-11-25.
"""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from certificates.rules.claiming import (
    GateFacts,
    certificate_kind_for,
    claim_refusal,
    claim_window,
    closed_gates,
    review_reasons,
)
from certificates.rules.computing import (
    compute_credits,
    designated_credits,
    instruction_minutes,
    planned_minutes,
)
from certificates.rules.facts import CreditPolicy
from certificates.rules.rounding import credits_for_minutes
from certificates.states import (
    CertificateKind,
    ClaimCeiling,
    ClaimRefusal,
    CreditFlag,
    MissingCheckout,
    PresenceBasis,
    ReviewReason,
    RoundingScope,
    ZeroReason,
)
from registration.states import Profession
from tests.certificates.rules.credit_type_rules import (
    AMA,
    ANCC,
    CATEDRA,
    CEU,
    ECMEC,
    RCPSC,
    RELOJ,
    TEACHING,
)
from tests.certificates.rules.programme import (
    BUENOS_AIRES,
    DAY_ONE,
    S4,
    S6,
    TRACK_A,
    at,
    attended,
    computed,
    inputs_for,
    minutes_of,
    presented,
    reasons_of,
    scanned_in,
    scanned_out,
    session_of,
    whole,
)

DEFAULTS = CreditPolicy()
WINDOW = claim_window(DAY_ONE, policy=DEFAULTS, venue_timezone=BUENOS_AIRES)
NEXT_DAY = at("10:00", day=15)


def physician(**facts) -> GateFacts:
    return GateFacts(
        **{
            "profession": Profession.PHYSICIAN,
            "window": WINDOW,
            "evaluation_is_complete": True,
            **facts,
        }
    )


def verified(rule, scans, **facts) -> Decimal:
    return computed(rule, scans, **facts).verified_credits


def test_day_one_is_designated_for_six_and_has_more_hours_of_instruction():
    assert planned_minutes(DAY_ONE, AMA.code).minutes == 365
    assert designated_credits(DAY_ONE, AMA, venue_timezone=BUENOS_AIRES) == Decimal("6.00")
    assert instruction_minutes(DAY_ONE, AMA.code) == 425


def test_example_1_everything_on_track_a():
    scans = whole(*TRACK_A)

    computation = computed(AMA, scans)

    assert computation.minutes == 365
    assert computation.allowed_credits == Decimal("6.00")
    assert minutes_of(computation) == {
        "S1": 50, "S2": 60, "S3": 0, "S4": 90, "lunch": 0, "S5": 90, "S6": 75,
    }  # fmt: skip
    assert reasons_of(computation) == {
        "S3": ZeroReason.NO_PRESENCE,
        "lunch": ZeroReason.NOT_ELIGIBLE,
    }
    assert computation.flags == frozenset()
    assert verified(ECMEC, scans) == Decimal("6.0")
    assert verified(ANCC, scans) == Decimal("6.08")
    assert verified(RELOJ, scans) == Decimal(6)
    assert verified(CATEDRA, scans) == Decimal(8)


def test_example_2_came_late_and_left_early():
    scans = attended(("S1", "08:42", "09:20"), ("S2", "09:30", "10:30"), ("S4", "11:00", "11:52"))

    computation = computed(AMA, scans)

    assert {key: minutes for key, minutes in minutes_of(computation).items() if minutes} == {
        "S1": 38,
        "S2": 60,
        "S4": 52,
    }
    assert computation.minutes == 150
    assert computation.allowed_credits == Decimal("2.50")


def test_example_3_two_parallel_sessions_without_check_outs_count_once():
    computation = computed(AMA, (scanned_in("S2", "09:30"), scanned_in("S3", "09:31")))

    assert computation.minutes == 60
    assert computation.allowed_credits == Decimal("1.00")
    assert minutes_of(computation)["S2"] == 1
    assert minutes_of(computation)["S3"] == 59
    assert computation.flags == {CreditFlag.INFERRED_END}


def test_example_3_changing_between_parallel_sessions_loses_the_way():
    scans = (
        scanned_in("S2", "09:30"),
        scanned_out("S2", "10:00"),
        scanned_in("S3", "10:02"),
        scanned_out("S3", "10:30"),
    )

    computation = computed(AMA, scans)

    assert computation.minutes == 58
    assert computation.allowed_credits == Decimal("1.00")


def test_example_4_a_day_at_the_gate_counts_the_sessions_not_the_breaks():
    gate = (scanned_in(None, "08:30"), scanned_out(None, "17:00"))

    computation = computed(AMA, gate, policy=CreditPolicy(attendance_basis=PresenceBasis.GATE_SCAN))

    assert computation.minutes == 365
    assert computation.allowed_credits == Decimal("6.00")


@pytest.mark.parametrize(
    ("minutes", "ama", "ecmec", "ancc"),
    [
        (52, "0.75", "0.5", "0.86"),  # example 5
        (53, "1.00", "0.5", "0.88"),
        (67, "1.00", "1.0", "1.11"),  # example 6
        (68, "1.25", "1.0", "1.13"),
        (8, "0.25", "0.0", "0.13"),
        (7, "0.00", "0.0", "0.11"),
    ],
)
def test_examples_5_and_6_one_session(minutes, ama, ecmec, ancc):
    only = session_of(minutes)

    results = [verified(rule, whole(only), sessions=(only,)) for rule in (AMA, ECMEC, ANCC)]

    assert results == [Decimal(ama), Decimal(ecmec), Decimal(ancc)]


@pytest.mark.parametrize(
    ("minutes", "scope", "verified_credits", "allowed_credits"),
    [
        (52, RoundingScope.ACTIVITY, "2.50", "2.50"),
        (53, RoundingScope.ACTIVITY, "2.75", "2.75"),
        (52, RoundingScope.SESSION, "2.25", "2.25"),
        (53, RoundingScope.SESSION, "3.00", "2.75"),
    ],
)
def test_example_7_three_sessions_rounded_once_or_each(
    minutes, scope, verified_credits, allowed_credits
):
    three = tuple(session_of(minutes, f"day {day}", day=day) for day in (14, 15, 16))
    rule = replace(AMA, rounding_scope=scope)

    computation = computed(rule, whole(*three), sessions=three)

    assert computation.minutes == 3 * minutes
    assert computation.verified_credits == Decimal(verified_credits)
    assert computation.allowed_credits == Decimal(allowed_credits)
    was_cut = verified_credits != allowed_credits
    assert (CreditFlag.CAPPED_BY_DESIGNATION in computation.flags) == was_cut


def test_example_8_a_course_day_in_every_system():
    course = (session_of(560),)
    scans = whole(*course)

    assert credits_for_minutes(560, ECMEC) == Decimal("9.0")
    european = computed(ECMEC, scans, sessions=course)
    assert european.allowed_credits == Decimal("8.0")
    assert european.flags == {CreditFlag.CAPPED_PER_DAY}
    results = {
        rule.code: verified(rule, scans, sessions=course)
        for rule in (AMA, ANCC, CEU, RELOJ, CATEDRA, RCPSC)
    }
    assert results == {
        "AMA_PRA_1": Decimal("9.25"),
        "ANCC_CH": Decimal("9.33"),
        "IACET_CEU": Decimal("0.9"),
        "AR_HORAS_RELOJ": Decimal(9),
        "AR_HORAS_CATEDRA_45": Decimal(12),
        "RCPSC_MOC1": Decimal("9.25"),
    }


@pytest.mark.parametrize(
    ("claimed", "ceiling", "refusal"),
    [
        ("6.50", ClaimCeiling.VERIFIED, ClaimRefusal.MORE_THAN_ALLOWED),
        ("6.00", ClaimCeiling.VERIFIED, ClaimRefusal.MORE_THAN_ALLOWED),
        ("4.00", ClaimCeiling.VERIFIED, None),
        ("6.50", ClaimCeiling.HONOUR, ClaimRefusal.MORE_THAN_ALLOWED),
        ("6.00", ClaimCeiling.HONOUR, None),
        ("4.00", ClaimCeiling.HONOUR, None),
    ],
)
def test_example_9_five_verified_of_six(claimed, ceiling, refusal):
    policy = CreditPolicy(claim_ceiling=ceiling)
    scans = attended(
        ("S2", "09:30", "10:30"),
        ("S4", "11:00", "12:30"),
        ("S5", "13:45", "15:15"),
        ("S6", "15:45", "16:45"),
    )

    computation = computed(AMA, scans, policy=policy)

    assert computation.minutes == 300
    assert computation.verified_credits == Decimal("5.00")
    assert (
        claim_refusal(
            Decimal(claimed), computation, rule=AMA, policy=policy, gates=physician(), at=NEXT_DAY
        )
        == refusal
    )


def test_example_10_the_evaluation_opens_the_claim_and_the_deadline_closes_it():
    computation = computed(AMA, whole(*TRACK_A))
    facts = {"rule": AMA, "policy": DEFAULTS}
    six = Decimal("6.00")
    after = WINDOW.closes_at
    reopened = claim_window(
        DAY_ONE,
        policy=DEFAULTS,
        venue_timezone=BUENOS_AIRES,
        reopened_until=after + dt.timedelta(days=7),
    )

    not_evaluated = physician(evaluation_is_complete=False)
    assert closed_gates(computation, gates=not_evaluated, at=NEXT_DAY, **facts) == (
        ClaimRefusal.EVALUATION_MISSING,
    )
    assert (
        certificate_kind_for(
            has_attended=True, profession_is_eligible=True, has_accepted_claim=False
        )
        == CertificateKind.ATTENDANCE
    )
    assert claim_refusal(six, computation, gates=physician(), at=NEXT_DAY, **facts) is None
    assert (
        claim_refusal(six, computation, gates=physician(), at=after, **facts)
        == ClaimRefusal.WINDOW_CLOSED
    )
    assert (
        claim_refusal(six, computation, gates=physician(window=reopened), at=after, **facts) is None
    )


@pytest.mark.parametrize(
    ("missing_checkout", "minutes", "credits_given"),
    [
        (MissingCheckout.SESSION_END, 159, "2.75"),
        (MissingCheckout.ZERO, 74, "1.25"),
        (MissingCheckout.NEXT_SCAN_ELSEWHERE, 104, "1.75"),
    ],
)
def test_example_11_no_check_out_of_s5(missing_checkout, minutes, credits_given):
    scans = [
        scanned_in("S5", "13:50"),
        scanned_in("S6", "15:46"),
        scanned_out("S6", "17:00"),
    ]
    if missing_checkout is MissingCheckout.NEXT_SCAN_ELSEWHERE:
        scans.append(scanned_out(None, "14:20"))

    computation = computed(
        AMA, tuple(scans), policy=CreditPolicy(missing_checkout=missing_checkout)
    )

    assert computation.minutes == minutes
    assert computation.allowed_credits == Decimal(credits_given)
    is_inferred = missing_checkout is not MissingCheckout.ZERO
    assert (CreditFlag.INFERRED_END in computation.flags) == is_inferred
    assert review_reasons(computation) == ((ReviewReason.INFERRED,) if is_inferred else ())
    assert reasons_of(computation).get("S5") == (None if is_inferred else ZeroReason.NO_EXIT_SCAN)


def test_example_12_a_speaker_learns_in_the_rest_and_is_credited_for_teaching_apart():
    inputs = {"presentations": (presented("S2", "09:30", "10:00"),)}
    scans = whole(*TRACK_A)

    learner = computed(AMA, scans, **inputs)
    teacher = compute_credits(inputs_for(TEACHING, scans, designated=None, **inputs))

    assert learner.minutes == 335
    assert learner.allowed_credits == Decimal("5.50")
    assert learner.flags == {CreditFlag.OWN_PRESENTATION_EXCLUDED}
    assert teacher.minutes == 30
    assert teacher.allowed_credits == Decimal("1.00")
    assert minutes_of(teacher)["S2"] == 30
    assert reasons_of(teacher)["S4"] == ZeroReason.NOT_PRESENTED


def test_a_session_cut_short_lowers_what_is_verified_and_not_what_is_designated():
    ended_early = replace(S6, actual=replace(S6.planned, end_minute=S6.planned.end_minute - 45))
    sessions = (*DAY_ONE[:-1], ended_early)

    computation = computed(AMA, whole(*TRACK_A), sessions=sessions)

    assert computation.designated_credits == Decimal("6.00")
    assert computation.minutes == 320
    assert computation.verified_credits == Decimal("5.25")


def test_a_cancelled_session_gives_nothing_and_stays_designated():
    sessions = tuple(replace(one, is_cancelled=one is S4) for one in DAY_ONE)

    computation = computed(AMA, whole(*TRACK_A), sessions=sessions)

    assert computation.designated_credits == Decimal("6.00")
    assert computation.minutes == 365 - 90
    assert reasons_of(computation)["S4"] == ZeroReason.CANCELLED
    assert instruction_minutes(sessions, AMA.code) == 425 - 90
