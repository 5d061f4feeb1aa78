import datetime as dt
from zoneinfo import ZoneInfo

from certificates.rules.days import minutes_by_day, minutes_by_day_and_session
from conference.kernel.periods import NO_MINUTES, Period, PeriodSet
from tests.certificates.rules.programme import BUENOS_AIRES, at, between

NEW_YORK = ZoneInfo("America/New_York")
SANTIAGO = ZoneInfo("America/Santiago")


def local(zone: ZoneInfo, *fields: int) -> dt.datetime:
    return dt.datetime(*fields, tzinfo=zone)


def test_a_day_is_the_venues_and_not_greenwichs():
    evening = PeriodSet((between("20:30", "22:00"),))

    assert minutes_by_day(evening, ZoneInfo(BUENOS_AIRES)) == {dt.date(2027, 4, 14): 90}
    assert minutes_by_day(evening, ZoneInfo("UTC")) == {
        dt.date(2027, 4, 14): 30,
        dt.date(2027, 4, 15): 60,
    }


def test_a_session_past_midnight_belongs_to_both_days():
    night = PeriodSet((Period.between(at("23:30"), at("00:45", day=15)),))

    assert minutes_by_day(night, ZoneInfo(BUENOS_AIRES)) == {
        dt.date(2027, 4, 14): 30,
        dt.date(2027, 4, 15): 45,
    }


def test_a_day_that_loses_or_gains_an_hour_is_shorter_or_longer():
    for day, hours in ((dt.date(2027, 3, 14), 23), (dt.date(2027, 11, 7), 25)):
        next_day = day + dt.timedelta(days=1)
        whole_day = Period.between(
            local(NEW_YORK, day.year, day.month, day.day),
            local(NEW_YORK, next_day.year, next_day.month, next_day.day),
        )
        assert minutes_by_day(PeriodSet((whole_day,)), NEW_YORK) == {day: hours * 60}


def test_a_day_whose_midnight_does_not_exist_starts_at_one():
    # In Chile the clocks go from 24:00 to 1:00 on the first Sunday of September.
    night = Period.between(local(SANTIAGO, 2026, 9, 5, 23, 0), local(SANTIAGO, 2026, 9, 6, 2, 0))

    assert minutes_by_day(PeriodSet((night,)), SANTIAGO) == {
        dt.date(2026, 9, 5): 60,
        dt.date(2026, 9, 6): 60,
    }


def test_a_table_lists_only_days_and_sessions_with_minutes():
    shares = {"S1": PeriodSet((between("08:30", "09:20"),)), "S2": NO_MINUTES}

    assert minutes_by_day_and_session(shares, ZoneInfo(BUENOS_AIRES)) == {
        dt.date(2027, 4, 14): {"S1": 50}
    }
