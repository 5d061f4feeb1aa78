import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from certificates.rules.credit_types import CreditTypeRule
from certificates.rules.rounding import (
    DayCredits,
    credits_for_minutes,
    largest_step,
    round_and_cap,
    rounded_once,
)
from certificates.states import CreditFlag, RoundingMode, RoundingScope, RoundingTie
from tests.certificates.rules.credit_type_rules import AMA, ANCC, CEU, ECMEC

WEDNESDAY = dt.date(2027, 4, 14)
THURSDAY = dt.date(2027, 4, 15)


def rule(mode: RoundingMode, **facts) -> CreditTypeRule:
    return CreditTypeRule(
        **{
            "code": "HALVES",
            "unit_minutes": 60,
            "increment": Decimal("0.50"),
            "rounding_mode": mode,
            **facts,
        }
    )


@pytest.mark.parametrize(
    ("minutes", "credits_given"),
    [
        (0, "0.00"), (7, "0.00"),
        (8, "0.25"), (22, "0.25"),
        (23, "0.50"), (37, "0.50"),
        (38, "0.75"), (45, "0.75"), (50, "0.75"), (52, "0.75"),
        (53, "1.00"), (60, "1.00"), (67, "1.00"),
        (68, "1.25"), (75, "1.25"),
        (90, "1.50"),
    ],
)  # fmt: skip
def test_ama_minutes_are_rounded_to_the_nearest_quarter(minutes, credits_given):
    assert credits_for_minutes(minutes, AMA) == Decimal(credits_given)


def test_every_remainder_of_a_quarter_goes_where_the_accreditor_says():
    for quarters in range(40):
        for remainder in range(15):
            expected = Decimal(quarters + (remainder >= 8)) / 4
            assert credits_for_minutes(quarters * 15 + remainder, AMA) == expected


@pytest.mark.parametrize(
    ("minutes", "credits_given"), [("7.49", "0.00"), ("7.5", "0.25"), ("22.5", "0.50")]
)
def test_seconds_tie_half_up(minutes, credits_given):
    assert credits_for_minutes(Decimal(minutes), AMA) == Decimal(credits_given)


@pytest.mark.parametrize(
    ("mode", "tie", "credits_given"),
    [
        (RoundingMode.DOWN, RoundingTie.HALF_UP, "1.00"),
        (RoundingMode.UP, RoundingTie.HALF_UP, "1.50"),
        (RoundingMode.NEAREST, RoundingTie.HALF_UP, "1.50"),
        (RoundingMode.NEAREST, RoundingTie.HALF_DOWN, "1.00"),
    ],
)
def test_a_tie_goes_where_mode_and_tie_say(mode, tie, credits_given):
    assert credits_for_minutes(75, rule(mode, rounding_tie=tie)) == Decimal(credits_given)


def test_one_minute_gives_a_step_when_rounded_up():
    assert credits_for_minutes(1, rule(RoundingMode.UP)) == Decimal("0.50")


def test_a_third_of_a_credit_is_exact_before_it_is_rounded():
    assert credits_for_minutes(20, ANCC) == Decimal("0.33")
    assert credits_for_minutes(40, ANCC) == Decimal("0.66")


def test_negative_minutes_are_refused():
    with pytest.raises(ValueError, match="no negative minutes"):
        credits_for_minutes(-1, AMA)


def test_credits_have_two_places():
    assert str(round_and_cap({WEDNESDAY: {"S": 60}}, AMA).credits) == "1.00"


def test_nothing_attended_is_nothing_and_no_flag():
    nothing = round_and_cap({}, AMA)

    assert nothing.credits == 0
    assert nothing.days == ()
    assert nothing.flags == frozenset()


def test_less_than_the_minimum_is_nothing_and_is_flagged():
    strict = replace(AMA, minimum=Decimal("1.00"))

    below = round_and_cap({WEDNESDAY: {"S": 45}}, strict)

    assert below.credits == 0
    assert below.flags == {CreditFlag.BELOW_MINIMUM}
    assert round_and_cap({WEDNESDAY: {"S": 60}}, strict).credits == 1


def test_an_hour_is_the_least_that_gives_a_tenth_of_a_ceu():
    assert round_and_cap({WEDNESDAY: {"S": 59}}, CEU).credits == 0
    assert round_and_cap({WEDNESDAY: {"S": 60}}, CEU).credits == Decimal("0.10")


def test_each_day_is_rounded_and_capped_alone():
    two_days = {WEDNESDAY: {"S": 560}, THURSDAY: {"T": 59}}

    european = round_and_cap(two_days, ECMEC)

    assert european.credits == Decimal("8.50")
    assert european.days == (
        DayCredits(WEDNESDAY, 560, Decimal("8.00")),
        DayCredits(THURSDAY, 59, Decimal("0.50")),
    )
    assert european.flags == {CreditFlag.CAPPED_PER_DAY}


def test_a_cap_per_day_cuts_minutes_where_credits_are_rounded_once():
    capped_days = replace(AMA, cap_per_day=Decimal("2.00"))

    result = round_and_cap({WEDNESDAY: {"S": 150}, THURSDAY: {"T": 67}}, capped_days)

    # 120 + 67 minutes, rounded once.
    assert result.credits == Decimal("3.00")
    assert result.days == (DayCredits(WEDNESDAY, 150, None), DayCredits(THURSDAY, 67, None))
    assert result.flags == {CreditFlag.CAPPED_PER_DAY}


def test_rounding_never_lifts_an_amount_above_a_cap_between_two_steps():
    odd_cap = replace(AMA, cap_per_day=Decimal("8.20"))

    assert round_and_cap({WEDNESDAY: {"S": 600}}, odd_cap).credits == Decimal("8.20")


def test_the_cap_of_the_activity_comes_last():
    capped = replace(AMA, rounding_scope=RoundingScope.SESSION, cap_activity=Decimal("1.50"))

    result = round_and_cap({WEDNESDAY: {"S": 53, "T": 53}}, capped)

    assert result.credits == Decimal("1.50")
    assert result.flags == {CreditFlag.CAPPED_PER_ACTIVITY}


@pytest.mark.parametrize(("amount", "step"), [("2.10", "2.00"), ("2.25", "2.25"), ("0.20", "0.00")])
def test_the_largest_step_is_never_more_than_the_amount(amount, step):
    assert largest_step(Decimal(amount), AMA) == Decimal(step)


def test_a_designation_rounds_once_where_claims_round_each_session():
    per_session = replace(AMA, rounding_scope=RoundingScope.SESSION)

    assert rounded_once(per_session) == AMA
    assert rounded_once(ECMEC) is ECMEC
