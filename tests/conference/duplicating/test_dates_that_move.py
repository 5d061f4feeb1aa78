import datetime as dt
import zoneinfo

import pytest

from conference.rules import days_later, in_another_year, period_days_later

BUENOS_AIRES = zoneinfo.ZoneInfo("America/Argentina/Buenos_Aires")
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")


def at(zone: zoneinfo.ZoneInfo, *parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=zone).astimezone(dt.UTC)


def test_hours_stay_where_there_is_no_summer_time():
    moved = days_later(at(BUENOS_AIRES, 2027, 4, 14, 9), days=364, zone=BUENOS_AIRES)

    assert moved == at(BUENOS_AIRES, 2028, 4, 12, 9)


def test_hours_stay_across_the_beginning_of_summer_time():
    winter = at(NEW_YORK, 2027, 3, 10, 9)  # 14:00 UTC

    moved = days_later(winter, days=7, zone=NEW_YORK)

    assert moved == dt.datetime(2027, 3, 17, 13, tzinfo=dt.UTC)


def test_an_hour_that_the_clocks_leave_out_is_told_by_the_clocks_before():
    moved = days_later(at(NEW_YORK, 2027, 3, 13, 2, 30), days=1, zone=NEW_YORK)

    assert moved == at(NEW_YORK, 2027, 3, 14, 3, 30)


def test_what_ends_when_the_clocks_change_still_ends_after_it_starts():
    start, end = at(NEW_YORK, 2027, 3, 13, 2, 30), at(NEW_YORK, 2027, 3, 13, 3)

    moved = period_days_later(start, end, days=1, zone=NEW_YORK)

    assert moved == (at(NEW_YORK, 2027, 3, 14, 3, 30), at(NEW_YORK, 2027, 3, 14, 4))


def test_the_same_day_is_the_same_moment():
    moment = at(NEW_YORK, 2027, 11, 7, 1, 30)

    assert days_later(moment, days=0, zone=NEW_YORK) == moment
    second_half_past_one = moment + dt.timedelta(hours=1)
    assert days_later(second_half_past_one, days=0, zone=NEW_YORK) == second_half_past_one


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Congreso 2027", "Congreso 2028"),
        ("CIME2027", "CIME2028"),
        ("congreso-2027", "congreso-2028"),
        ("Congreso", "Congreso"),
        ("12027 people", "12027 people"),
        ("", ""),
    ],
)
def test_a_year_in_a_name_moves(words, expected):
    assert in_another_year(words, old=2027, new=2028) == expected
