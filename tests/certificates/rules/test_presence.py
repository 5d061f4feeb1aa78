from dataclasses import replace

import pytest

from certificates.rules.facts import AttendedPeriod, CreditPolicy
from certificates.rules.presence import attended_periods
from certificates.states import (
    CreditFlag,
    MissingCheckin,
    MissingCheckout,
    PresenceBasis,
)
from registration.states import ScanDirection
from tests.certificates.rules.credit_type_rules import AMA
from tests.certificates.rules.programme import (
    DAY_ONE,
    S1,
    S2,
    S4,
    at,
    between,
    inputs_for,
    scanned_in,
    scanned_out,
    session,
)


def periods(*scans, sessions=DAY_ONE, recorded=(), **policy) -> list[tuple]:
    """Session, from, until and flags of what the scans say."""
    inputs = inputs_for(
        AMA, scans, sessions=sessions, policy=CreditPolicy(**policy), recorded=recorded
    )
    return [(one.session_key, one.period, set(one.flags)) for one in attended_periods(inputs)]


def test_a_scan_in_and_a_scan_out_bound_a_period_cut_to_the_session():
    assert periods(scanned_in("S1", "08:10"), scanned_out("S1", "09:40")) == [
        ("S1", S1.planned, set())
    ]


def test_the_actual_times_of_a_session_cut_the_presence():
    late = replace(S1, actual=between("08:40", "09:10"))

    assert periods(scanned_in("S1", "08:30"), scanned_out("S1", "09:20"), sessions=(late,)) == [
        ("S1", between("08:40", "09:10"), set())
    ]


def test_seconds_are_dropped_but_decide_the_order():
    in_and_out = (scanned_in("S1", "08:45:05"), scanned_out("S1", "08:45:50"))

    assert periods(*in_and_out) == []
    assert periods(scanned_in("S1", "08:45:59"), scanned_out("S1", "08:50:00")) == [
        ("S1", between("08:45", "08:50"), set())
    ]


def test_leaving_and_coming_back_makes_two_periods():
    scans = (
        scanned_in("S4", "11:00"),
        scanned_out("S4", "11:20"),
        scanned_in("S4", "11:30"),
        scanned_out("S4", "12:30"),
    )

    assert periods(*scans) == [
        ("S4", between("11:00", "11:20"), set()),
        ("S4", between("11:30", "12:30"), set()),
    ]


def test_checking_in_twice_keeps_the_first_and_checking_out_twice_the_first_too():
    scans = (
        scanned_in("S4", "11:00"),
        scanned_in("S4", "11:05"),
        scanned_out("S4", "12:00"),
        scanned_out("S4", "12:10"),
    )

    assert periods(*scans) == [("S4", between("11:00", "12:00"), set())]


def test_a_scan_sent_twice_counts_once_in_its_first_place():
    scans = (
        scanned_out("S4", "12:20", scan_key="out"),
        scanned_in("S4", "11:00", scan_key="in"),
        scanned_in("S4", "12:10", scan_key="in"),
        scanned_out("S4", "12:20", scan_key="out"),
    )

    assert periods(*scans) == [("S4", between("11:00", "12:20"), set())]


def test_in_and_out_at_the_same_instant_is_no_attendance():
    assert periods(scanned_out("S1", "08:45"), scanned_in("S1", "08:45")) == []


def test_scans_after_the_end_or_before_the_start_give_nothing():
    assert periods(scanned_in("S1", "08:00"), scanned_out("S1", "08:20")) == []
    assert periods(scanned_in("S1", "09:30"), scanned_out("S1", "09:40")) == []
    assert periods(scanned_in("S1", "09:30")) == []


@pytest.mark.parametrize(
    ("missing_checkout", "expected"),
    [
        (
            MissingCheckout.SESSION_END,
            [("S4", between("11:10", "12:30"), {CreditFlag.INFERRED_END})],
        ),
        (
            MissingCheckout.NEXT_SCAN_ELSEWHERE,
            [("S4", between("11:10", "11:50"), {CreditFlag.INFERRED_END})],
        ),
        (MissingCheckout.ZERO, []),
        (
            MissingCheckout.CAP_MINUTES,
            [("S4", between("11:10", "11:30"), {CreditFlag.INFERRED_END})],
        ),
    ],
)
def test_a_missing_check_out_is_what_the_policy_says(missing_checkout, expected):
    scans = (
        scanned_out("S2", "10:31"),
        scanned_in("S4", "11:10"),
        scanned_out(None, "11:50"),
        scanned_in("S5", "13:50"),
    )

    found = periods(
        *scans,
        sessions=(S2, S4),
        missing_checkout=missing_checkout,
        missing_checkout_cap_minutes=20,
    )

    assert found == expected


@pytest.mark.parametrize(
    "missing_checkout", [MissingCheckout.NEXT_SCAN_ELSEWHERE, MissingCheckout.CAP_MINUTES]
)
def test_an_inferred_end_is_never_after_the_session(missing_checkout):
    scans = (scanned_in("S4", "12:20"), scanned_in(None, "13:00"))

    assert periods(*scans, missing_checkout=missing_checkout) == [
        ("S4", between("12:20", "12:30"), {CreditFlag.INFERRED_END})
    ]


def test_somebody_never_seen_again_stayed_until_the_end():
    found = periods(scanned_in("S4", "11:10"), missing_checkout=MissingCheckout.NEXT_SCAN_ELSEWHERE)

    assert found == [("S4", between("11:10", "12:30"), {CreditFlag.INFERRED_END})]


def test_a_missing_check_in_gives_nothing_unless_the_policy_says_so():
    scans = (scanned_out("S4", "11:40"), scanned_out("S4", "12:00"))

    assert periods(*scans) == []
    assert periods(*scans, missing_checkin=MissingCheckin.SESSION_START) == [
        ("S4", between("11:00", "11:40"), {CreditFlag.INFERRED_START})
    ]


def test_a_scan_out_after_a_scan_out_never_infers_a_start():
    scans = (scanned_in("S4", "11:00"), scanned_out("S4", "11:10"), scanned_out("S4", "12:00"))

    assert periods(*scans, missing_checkin=MissingCheckin.SESSION_START) == [
        ("S4", between("11:00", "11:10"), set())
    ]


@pytest.mark.parametrize(
    ("grace", "came", "left", "expected"),
    [
        (5, "11:05", "12:25", [("S4", between("11:00", "12:30"), {CreditFlag.SNAPPED})]),
        (5, "11:06", "12:24", [("S4", between("11:06", "12:24"), set())]),
        (5, "11:00", "12:30", [("S4", between("11:00", "12:30"), set())]),
        (0, "11:01", "12:29", [("S4", between("11:01", "12:29"), set())]),
        # A quick look near the other edge is not moved away from where it was.
        (5, "12:26", "12:27", [("S4", between("12:26", "12:30"), {CreditFlag.SNAPPED})]),
    ],
)
def test_a_scan_within_the_grace_snaps_to_the_edge_of_the_session(grace, came, left, expected):
    found = periods(scanned_in("S4", came), scanned_out("S4", left), transition_grace_minutes=grace)

    assert found == expected


def test_the_gate_gives_each_session_its_part():
    found = periods(
        scanned_in(None, "08:50"),
        scanned_out(None, "10:00"),
        attendance_basis=PresenceBasis.GATE_SCAN,
    )

    at_the_gate = {CreditFlag.FROM_GATE}
    assert found == [
        ("S1", between("08:50", "09:20"), at_the_gate),
        ("S2", between("09:30", "10:00"), at_the_gate),
        ("S3", between("09:30", "10:00"), at_the_gate),
    ]


def test_days_at_the_gate_are_paired_apart():
    second_day = session("T", "09:00", "10:00", day=15)
    scans = (scanned_in(None, "12:00"), scanned_in(None, "09:10", day=15))

    found = periods(*scans, sessions=(S1, S4, second_day), attendance_basis=PresenceBasis.GATE_SCAN)

    flags = {CreditFlag.FROM_GATE, CreditFlag.INFERRED_END}
    assert found == [
        ("S4", between("12:00", "12:30"), flags),
        ("T", between("09:10", "10:00", day=15), flags),
    ]


def test_without_a_scan_out_at_the_gate_the_last_scan_of_the_day_was_the_last_seen():
    policy = {
        "attendance_basis": PresenceBasis.GATE_SCAN,
        "missing_checkout": MissingCheckout.NEXT_SCAN_ELSEWHERE,
    }
    gate = scanned_in(None, "11:10")
    flags = {CreditFlag.FROM_GATE, CreditFlag.INFERRED_END}

    assert periods(gate, scanned_in("S4", "11:12"), scanned_in("S4", "11:40"), **policy) == [
        ("S4", between("11:10", "11:40"), flags)
    ]
    assert periods(gate, sessions=(S1, S4), **policy) == [("S4", between("11:10", "12:30"), flags)]


def test_a_roster_and_a_word_prove_whole_sessions():
    roster = inputs_for(
        AMA,
        (scanned_in("S1", "08:30"),),
        policy=CreditPolicy(attendance_basis=PresenceBasis.ROSTER),
        rostered_session_keys=frozenset({"S4"}),
    )
    attested = replace(
        roster,
        policy=CreditPolicy(attendance_basis=PresenceBasis.ATTESTED),
        attested_session_keys=frozenset({"S2"}),
    )

    for inputs, expected, flag in (
        (roster, S4, CreditFlag.FROM_ROSTER),
        (attested, S2, CreditFlag.ATTESTED),
    ):
        assert attended_periods(inputs) == (
            AttendedPeriod(
                session_key=expected.session_key,
                period=expected.planned,
                checked_in_at=expected.planned.start_at,
                flags=frozenset({flag}),
            ),
        )


def test_what_was_recorded_by_hand_is_added_and_cut_to_its_session():
    by_hand = AttendedPeriod(
        session_key="S4",
        period=between("12:00", "13:00"),
        checked_in_at=at("12:00"),
        flags=frozenset({CreditFlag.ADJUSTED}),
    )
    unknown = replace(by_hand, session_key="nowhere")
    outside = replace(by_hand, period=between("13:00", "14:00"))

    assert periods(recorded=(by_hand, unknown, outside)) == [
        ("S4", between("12:00", "12:30"), {CreditFlag.ADJUSTED})
    ]


def test_nobody_attends_a_cancelled_session():
    cancelled = replace(S4, is_cancelled=True)

    assert periods(scanned_in("S4", "11:00"), sessions=(cancelled,)) == []


@pytest.mark.parametrize(
    "knobs",
    [
        {"transition_grace_minutes": 11},
        {"transition_grace_minutes": -1},
        {"min_session_presence_pct": 101},
        {"min_session_presence_minutes": -1},
        {"missing_checkout_cap_minutes": -1},
        {"claim_window_days": -1},
        {"all_or_nothing_pct": 0},
    ],
)
def test_a_knob_out_of_range_is_refused(knobs):
    with pytest.raises(ValueError, match=r"between|negative"):
        CreditPolicy(**knobs)


def test_a_session_stated_twice_is_refused():
    with pytest.raises(ValueError, match="stated once"):
        inputs_for(AMA, sessions=(S1, S1), designated=None)


def test_a_negative_designation_is_refused():
    with pytest.raises(ValueError, match="not negative"):
        inputs_for(AMA, designated=-1)


def test_scan_directions_sort_in_before_out():
    assert ScanDirection.IN < ScanDirection.OUT
