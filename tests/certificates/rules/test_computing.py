from dataclasses import replace
from decimal import Decimal

import pytest

from certificates.rules.computing import (
    compute_credits,
    designated_credits,
    instruction_minutes,
    planned_minutes,
)
from certificates.rules.facts import CreditPolicy
from certificates.rules.hashing import RULE_VERSION
from certificates.rules.rounding import DayCredits
from certificates.states import (
    ClaimCeiling,
    ClaimStyle,
    CreditFlag,
    MissingCheckout,
    PresenceBasis,
    RoundingScope,
    ZeroReason,
)
from tests.certificates.rules.credit_type_rules import AMA, CEU, ECMEC, RULES, TEACHING
from tests.certificates.rules.programme import (
    BUENOS_AIRES,
    DAY_ONE,
    S1,
    S2,
    S4,
    TRACK_A,
    at,
    attended,
    between,
    computed,
    inputs_for,
    minutes_of,
    presented,
    reasons_of,
    scanned_in,
    scanned_out,
    session,
    session_of,
    whole,
)


def test_a_break_inside_a_session_carries_no_credit():
    with_coffee = replace(S4, breaks=(between("11:30", "11:45"),))

    computation = computed(AMA, whole(with_coffee), sessions=(with_coffee,))

    assert computation.minutes == 75
    assert computation.designated_credits == Decimal("1.25")
    assert instruction_minutes((with_coffee,), AMA.code) == 75


def test_a_computation_says_what_it_rests_on_and_lists_sessions_in_order_of_time():
    computation = computed(AMA, whole(S4, S1))

    assert computation.credit_code == "AMA_PRA_1"
    assert computation.rule_version == RULE_VERSION
    assert len(computation.inputs_sha256) == 64
    assert [line.session_key for line in computation.breakdown] == [
        "S1", "S2", "S3", "S4", "lunch", "S5", "S6",
    ]  # fmt: skip
    assert computation.days == (DayCredits(at("08:30").date(), 140, None),)


def test_the_visited_part_of_a_breakdown_leaves_out_what_nobody_needs_to_hear():
    computation = computed(AMA, (*whole(S1), scanned_out("S4", "12:00")))

    assert [
        (line.session_key, line.minutes, line.reason) for line in computation.visited_breakdown
    ] == [
        ("S1", 50, None),
        ("S4", 0, ZeroReason.NO_ENTRY_SCAN),
    ]


@pytest.mark.parametrize(
    ("scans", "policy", "reason"),
    [
        ((), {}, ZeroReason.NO_PRESENCE),
        ((scanned_out("S4", "12:00"),), {}, ZeroReason.NO_ENTRY_SCAN),
        (
            (scanned_in("S4", "11:05"),),
            {"missing_checkout": MissingCheckout.ZERO},
            ZeroReason.NO_EXIT_SCAN,
        ),
        ((scanned_in("S4", "12:40"),), {}, ZeroReason.OUTSIDE_SESSION),
        (
            (scanned_in("S4", "10:40"), scanned_out("S4", "10:50")),
            {},
            ZeroReason.OUTSIDE_SESSION,
        ),
        (
            (scanned_in("S4", "11:30"), scanned_out("S4", "11:40")),
            {"min_session_presence_pct": 50},
            ZeroReason.TOO_SHORT,
        ),
        (
            (scanned_in("S4", "11:00"),),
            {"attendance_basis": PresenceBasis.ROSTER},
            ZeroReason.NO_PRESENCE,
        ),
    ],
)
def test_a_session_that_gave_no_minutes_says_why(scans, policy, reason):
    computation = computed(AMA, scans, policy=CreditPolicy(**policy))

    assert computation.minutes == 0
    assert computation.allowed_credits == 0
    assert reasons_of(computation)["S4"] == reason


def test_presence_during_a_break_alone_lies_outside_the_session():
    with_coffee = replace(S4, breaks=(between("11:30", "11:45"),))

    computation = computed(AMA, attended(("S4", "11:30", "11:45")), sessions=(with_coffee,))

    assert reasons_of(computation) == {"S4": ZeroReason.OUTSIDE_SESSION}


def test_minutes_of_a_session_entered_later_are_taken_from_the_one_before():
    computation = computed(
        AMA, (*attended(("S3", "09:30", "10:30")), *attended(("S2", "09:29", "10:30")))
    )

    assert minutes_of(computation)["S3"] == 60
    assert reasons_of(computation)["S2"] == ZeroReason.COUNTED_ELSEWHERE
    assert computation.breakdown[1].attended_minutes == 60
    assert computation.minutes == 60


def test_a_difference_of_seconds_decides_between_two_sessions():
    scans = (scanned_in("S2", "09:30:40"), scanned_in("S3", "09:30:10"))

    assert minutes_of(computed(AMA, scans))["S2"] == 60


def test_a_whole_session_of_her_own_gives_a_speaker_no_learning():
    computation = computed(AMA, whole(S2), presentations=(presented("S2", "09:30", "10:30"),))

    assert computation.minutes == 0
    assert reasons_of(computation)["S2"] == ZeroReason.OWN_PRESENTATION


def test_an_activity_may_count_own_teaching_as_attended():
    computation = computed(
        AMA,
        whole(S2),
        presentations=(presented("S2", "09:30", "10:00"),),
        policy=CreditPolicy(excludes_own_teaching=False),
    )

    assert computation.minutes == 60
    assert computation.flags == frozenset()


def test_a_talk_given_twice_is_credited_once_and_an_unoriginal_one_never():
    talks = (
        presented("S4", "11:00", "11:40", talk="sepsis"),
        presented("S2", "09:30", "10:00", talk="sepsis"),
        presented("S5", "14:00", "14:30", talk="borrowed", is_original=False),
        presented("lunch", "12:30", "13:00", talk="at lunch"),
        presented("S6", "16:45", "17:15", talk="past the end"),
    )

    teacher = computed(TEACHING, presentations=talks)

    assert {key: minutes for key, minutes in minutes_of(teacher).items() if minutes} == {
        "S2": 30,
        "S6": 15,
    }
    assert teacher.allowed_credits == Decimal("1.50")
    assert teacher.flags == frozenset()


def test_teaching_in_a_cancelled_session_is_not_credited():
    cancelled = replace(S2, is_cancelled=True)

    teacher = computed(
        TEACHING, sessions=(cancelled,), presentations=(presented("S2", "09:30", "10:00"),)
    )

    assert teacher.allowed_credits == 0


def test_teaching_knows_no_minimum_presence_and_no_share_of_the_activity():
    policy = CreditPolicy(min_session_presence_pct=90, all_or_nothing_pct=90)

    teacher = computed(TEACHING, policy=policy, presentations=(presented("S2", "09:30", "10:00"),))

    assert teacher.allowed_credits == Decimal("1.00")


@pytest.mark.parametrize(
    ("policy", "minutes"),
    [
        ({"min_session_presence_minutes": 45}, 45),
        ({"min_session_presence_minutes": 46}, 0),
        ({"min_session_presence_pct": 50}, 45),
        ({"min_session_presence_pct": 51}, 0),
    ],
)
def test_a_minimum_presence_counts_from_that_minute_on(policy, minutes):
    computation = computed(AMA, attended(("S4", "11:00", "11:45")), policy=CreditPolicy(**policy))

    assert computation.minutes == minutes


def test_a_session_shorter_than_the_minimum_asks_for_all_of_it():
    policy = CreditPolicy(min_session_presence_minutes=120)

    assert computed(AMA, whole(S1), policy=policy).minutes == 50
    assert computed(AMA, attended(("S1", "08:31", "09:20")), policy=policy).minutes == 0


def test_a_speaker_needs_the_minimum_presence_of_what_was_not_her_own():
    computation = computed(
        AMA,
        attended(("S2", "10:00", "10:30")),
        presentations=(presented("S2", "09:30", "10:00"),),
        policy=CreditPolicy(min_session_presence_pct=80),
    )

    assert computation.minutes == 30


@pytest.mark.parametrize(
    ("minutes", "credits_given", "flags"),
    [
        (503, "0.0", {CreditFlag.BELOW_THRESHOLD}),
        (504, "0.9", set()),
        (560, "0.9", set()),
    ],
)
def test_under_ninety_per_cent_there_is_no_ceu_and_from_there_on_all_of_it(
    minutes, credits_given, flags
):
    course = session_of(560)
    stayed = replace(
        course, planned=replace(course.planned, end_minute=course.planned.start_minute + minutes)
    )

    computation = computed(CEU, whole(stayed), sessions=(course,))

    assert computation.minutes == minutes
    assert computation.allowed_credits == Decimal(credits_given)
    assert computation.flags == flags


def test_the_stricter_share_of_activity_and_credit_type_holds():
    course = (session_of(100),)
    scans = attended(("S", "08:00", "09:25"))  # 85 minutes

    def allowed(**policy) -> Decimal:
        return computed(AMA, scans, sessions=course, policy=CreditPolicy(**policy)).allowed_credits

    assert allowed(all_or_nothing_pct=80) == Decimal("1.50")  # its own minutes, not the whole
    assert allowed(all_or_nothing_pct=90) == 0


def test_all_or_nothing_without_a_share_asks_for_every_minute():
    whole_or_none = replace(AMA, claim_style=ClaimStyle.ALL_OR_NOTHING)
    course = (session_of(60),)

    assert computed(whole_or_none, whole(*course), sessions=course).allowed_credits == 1
    assert (
        computed(whole_or_none, attended(("S", "08:00", "08:59")), sessions=course).allowed_credits
        == 0
    )


def test_own_talks_are_no_part_of_the_share_that_must_be_attended():
    computation = computed(
        replace(AMA, all_or_nothing_pct=100),
        attended(("S2", "10:00", "10:30")),
        sessions=(S2,),
        presentations=(presented("S2", "09:30", "10:00"),),
    )

    assert computation.allowed_credits == Decimal("0.50")


def test_fixed_points_are_given_whole_to_whoever_attended():
    points = RULES["BR_CMEA"]

    attended_some = computed(points, whole(S1), designated=Decimal("15.00"))

    assert attended_some.allowed_credits == Decimal("15.00")
    assert attended_some.days == (DayCredits(at("08:30").date(), 50, None),)
    assert computed(points, designated=Decimal("15.00")).allowed_credits == 0
    assert computed(points, whole(S1), designated=None).allowed_credits == 0
    capped = replace(points, cap_activity=Decimal("10.00"))
    assert computed(capped, whole(S1), designated=Decimal("15.00")).allowed_credits == 10
    assert designated_credits(DAY_ONE, points, venue_timezone=BUENOS_AIRES) == 0


def test_where_the_issuer_decides_minutes_are_certified_and_no_credits():
    for ceiling in ClaimCeiling:
        computation = computed(
            RULES["AR_CEMC"],
            whole(*TRACK_A),
            designated=Decimal(0),
            policy=CreditPolicy(claim_ceiling=ceiling),
        )
        assert computation.minutes == 365
        assert computation.allowed_credits == 0


def test_without_a_designation_nothing_is_allowed():
    computation = computed(AMA, whole(*TRACK_A), designated=None)

    assert computation.verified_credits == Decimal("6.00")
    assert computation.allowed_credits == 0
    assert computation.flags == {CreditFlag.NOT_DESIGNATED}


def test_teaching_has_no_designated_maximum():
    assert designated_credits(DAY_ONE, TEACHING, venue_timezone=BUENOS_AIRES) == 0
    assert CreditFlag.NOT_DESIGNATED not in computed(TEACHING, designated=None).flags


def test_on_their_honour_physicians_may_claim_the_designated_maximum_never_above_a_cap():
    on_honour = CreditPolicy(claim_ceiling=ClaimCeiling.HONOUR)

    assert computed(AMA, policy=on_honour).allowed_credits == Decimal("6.00")
    capped = replace(AMA, cap_activity=Decimal("4.00"))
    assert computed(
        capped, policy=on_honour, designated=Decimal("6.00")
    ).allowed_credits == Decimal("4.00")


def test_several_days_are_designated_day_by_day_where_they_are_rounded_so():
    two_days = (session_of(560, "A", day=14), session_of(59, "B", day=15))

    assert designated_credits(two_days, ECMEC, venue_timezone=BUENOS_AIRES) == Decimal("8.50")
    assert designated_credits(two_days, AMA, venue_timezone=BUENOS_AIRES) == Decimal("10.25")


def test_parallel_sessions_are_designated_once_and_uneligible_ones_never():
    assert planned_minutes(DAY_ONE, AMA.code).minutes == 365
    assert planned_minutes(DAY_ONE, "UNKNOWN").minutes == 0
    assert designated_credits((), AMA, venue_timezone=BUENOS_AIRES) == 0


def test_two_registrations_of_one_person_merge_their_scans():
    computation = computed(
        AMA,
        (
            scanned_in("S4", "11:00", scan_key="old badge"),
            scanned_out("S4", "12:30", scan_key="new badge"),
        ),
    )

    assert computation.minutes == 90
    assert computation.flags == frozenset()


def test_session_scope_gives_a_minute_to_one_session_before_rounding():
    per_session = replace(AMA, rounding_scope=RoundingScope.SESSION)
    scans = (*attended(("S2", "09:30", "10:30")), *attended(("S3", "09:45", "10:30")))

    computation = computed(per_session, scans)

    assert minutes_of(computation)["S2"] == 15
    assert minutes_of(computation)["S3"] == 45
    assert computation.verified_credits == Decimal("1.00")


def test_a_session_over_midnight_is_capped_on_both_days():
    night = session("N", "22:00", "22:30")
    night = replace(
        night, planned=replace(night.planned, end_minute=night.planned.start_minute + 240)
    )

    european = compute_credits(inputs_for(ECMEC, whole(night), sessions=(night,)))

    assert [(day.day.day, day.minutes, day.credits) for day in european.days] == [
        (14, 120, Decimal("2.00")),
        (15, 120, Decimal("2.00")),
    ]
