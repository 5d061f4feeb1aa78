import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.kernel.periods import (
    NO_MINUTES,
    Period,
    PeriodSet,
    instant_of,
    union,
    utc_minute,
)

MINUTES = range(-5, 65)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(st.integers(0, 50))
    return Period(start, start + draw(st.integers(1, 12)))


period_sets = st.lists(periods(), max_size=8).map(PeriodSet.of)


def members(minutes: PeriodSet) -> set[int]:
    """The set of minutes the slow and obvious way."""
    return {
        minute
        for minute in MINUTES
        if any(period.start_minute <= minute < period.end_minute for period in minutes)
    }


def test_an_instant_belongs_to_the_minute_it_lies_in_whatever_its_zone():
    at = dt.datetime(2027, 4, 14, 8, 42, 59, tzinfo=ZoneInfo("America/Argentina/Buenos_Aires"))

    assert utc_minute(at) == utc_minute(dt.datetime(2027, 4, 14, 11, 42, tzinfo=dt.UTC))
    assert instant_of(utc_minute(at)) == dt.datetime(2027, 4, 14, 11, 42, tzinfo=dt.UTC)


def test_a_minute_before_1970_is_rounded_down_too():
    assert utc_minute(dt.datetime(1969, 12, 31, 23, 59, 30, tzinfo=dt.UTC)) == -1


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a time zone"):
        utc_minute(dt.datetime(2027, 4, 14, 8, 42))  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize("end_minute", [10, 9])
def test_a_period_that_does_not_end_after_it_starts_is_refused(end_minute):
    with pytest.raises(ValueError, match="ends after it starts"):
        Period(10, end_minute)


def test_a_period_between_two_instants_is_measured_in_whole_minutes():
    start_at = dt.datetime(2027, 4, 14, 11, 30, tzinfo=dt.UTC)

    period = Period.between(start_at, start_at + dt.timedelta(minutes=50, seconds=30))

    assert period.minutes == 50
    assert period.start_at == start_at
    assert period.end_at == start_at + dt.timedelta(minutes=50)


def test_periods_that_only_touch_have_no_overlap_but_unite_to_one():
    assert Period(0, 10).overlap(Period(10, 20)) is None
    assert PeriodSet.of([Period(10, 20), Period(0, 10)]).periods == (Period(0, 20),)


def test_a_period_overlaps_another_in_the_minutes_of_both():
    assert Period(0, 10).overlap(Period(4, 20)) == Period(4, 10)


@pytest.mark.parametrize(
    "out_of_shape",
    [
        (Period(5, 9), Period(0, 2)),
        (Period(0, 5), Period(4, 9)),
        (Period(0, 5), Period(5, 9)),
    ],
)
def test_a_set_out_of_shape_is_refused(out_of_shape):
    with pytest.raises(ValueError, match=r"PeriodSet\.of"):
        PeriodSet(out_of_shape)


def test_the_empty_set_has_no_minutes_and_no_span():
    assert PeriodSet.of([]) == NO_MINUTES
    assert NO_MINUTES.minutes == 0
    assert NO_MINUTES.span is None
    assert not NO_MINUTES


def test_the_span_of_a_set_includes_its_gaps():
    two = PeriodSet.of([Period(0, 10), Period(30, 40)])

    assert two.span == Period(0, 40)
    assert two.minutes == 20


def test_subtracting_the_middle_leaves_both_ends():
    whole = PeriodSet.of([Period(0, 60)])

    assert (whole - PeriodSet.of([Period(10, 20), Period(30, 35)])).periods == (
        Period(0, 10),
        Period(20, 30),
        Period(35, 60),
    )


@given(period_sets, period_sets)
def test_the_three_operations_do_what_sets_of_minutes_do(one, other):
    assert members(one | other) == members(one) | members(other)
    assert members(one & other) == members(one) & members(other)
    assert members(one - other) == members(one) - members(other)


@given(period_sets)
def test_a_set_has_as_many_minutes_as_members_and_is_never_longer_than_its_span(one):
    assert one.minutes == len(members(one))
    assert one.minutes <= (one.span.minutes if one.span else 0)


@given(period_sets, period_sets)
def test_equal_minutes_are_equal_sets(one, other):
    assert (one == other) == (members(one) == members(other))


@given(st.lists(periods(), max_size=8), st.randoms())
def test_order_and_repetition_do_not_matter(some, random):
    shuffled = some * 2
    random.shuffle(shuffled)

    assert PeriodSet.of(shuffled) == PeriodSet.of(some)


@given(period_sets, period_sets, period_sets)
def test_the_laws_of_sets_hold(one, other, third):
    assert one | other == other | one
    assert one & other == other & one
    assert (one | other) | third == one | (other | third)
    assert (one & other) & third == one & (other & third)
    assert one & (other | third) == (one & other) | (one & third)
    assert one - (other | third) == (one - other) & (one - third)
    assert one | one == one & one == one
    assert one - one == NO_MINUTES
    assert one - NO_MINUTES == one | NO_MINUTES == one
    assert (one - other) | (one & other) == one
    assert one.minutes + other.minutes == (one | other).minutes + (one & other).minutes


@given(st.lists(period_sets, max_size=5))
def test_a_union_of_many_is_the_union_of_each_in_turn(sets):
    in_turn = NO_MINUTES
    for one in sets:
        in_turn |= one

    assert union(sets) == in_turn
