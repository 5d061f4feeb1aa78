import datetime as dt
import itertools

import pytest

from conference.kernel.tokens import new_token
from registration.rules.attending import DoorScan, Stay, stays_of
from registration.rules.scanning import (
    Holder,
    believed_time,
    normalise_code,
    passage,
    turned_away,
)
from registration.states import AttendanceBasis, RegistrationState, ScanDirection, ScanResult
from tests.conftest import NOON

IN, OUT = ScanDirection.IN, ScanDirection.OUT


def minute(minutes: float) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minutes)


def stays(*scans):
    return stays_of(
        [DoorScan(direction, minute(at)) for direction, at in scans],
        session_starts_at=minute(0),
        session_ends_at=minute(60),
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("abcd-efgh", "ABCDEFGH"),
        (" 01 23\t45\n", "012345"),
        ("oOiIlL", "001111"),
        ("A–B—C‑D_E.F", "ABCDEF"),
        ("", ""),
    ],
)
def test_a_typed_code_is_read_as_it_was_meant(typed, meant):
    assert normalise_code(typed) == meant


def test_every_code_we_print_is_its_own_normal_form():
    tokens = [new_token() for _number in range(200)]
    assert [normalise_code(token.lower()) for token in tokens] == tokens


@pytest.mark.parametrize(
    ("offset", "believed"),
    [
        (dt.timedelta(), True),
        (-dt.timedelta(hours=25), True),
        (-dt.timedelta(hours=25, seconds=1), False),
        (dt.timedelta(minutes=2), True),
        (dt.timedelta(minutes=2, seconds=1), False),
        (dt.timedelta(days=2), False),
    ],
)
def test_a_device_clock_is_believed_within_bounds(offset, believed):
    told = NOON + offset
    assert believed_time(told, at=NOON) == ((told, False) if believed else (NOON, True))


def test_a_clock_of_1970_or_none_is_replaced_by_ours():
    assert believed_time(dt.datetime(1970, 1, 1, tzinfo=dt.UTC), at=NOON) == (NOON, True)
    assert believed_time(None, at=NOON) == (NOON, True)


@pytest.mark.parametrize(
    ("holder", "result"),
    [
        (None, ScanResult.UNKNOWN),
        (Holder(RegistrationState.CONFIRMED, badge_is_revoked=True), ScanResult.REPLACED),
        (Holder(RegistrationState.CANCELLED, badge_is_revoked=False), ScanResult.CANCELLED),
        (Holder(RegistrationState.PENDING, badge_is_revoked=False), ScanResult.UNPAID),
        (Holder(RegistrationState.EXPIRED, badge_is_revoked=False), ScanResult.UNPAID),
        (
            Holder(RegistrationState.CONFIRMED, badge_is_revoked=False, has_booked=False),
            ScanResult.NOT_ENROLLED,
        ),
        (Holder(RegistrationState.CONFIRMED, badge_is_revoked=False), None),
    ],
)
def test_who_is_turned_away(holder, result):
    assert turned_away(holder) == result


@pytest.mark.parametrize(
    ("direction", "last", "result"),
    [
        (IN, None, ScanResult.OK),
        (IN, OUT, ScanResult.OK),
        (IN, IN, ScanResult.ALREADY_IN),
        (OUT, IN, ScanResult.OUT),
        (OUT, None, ScanResult.NOT_IN),
        (OUT, OUT, ScanResult.NOT_IN),
    ],
)
def test_how_a_passage_is_answered(direction, last, result):
    assert passage(direction, last=last) == result


def test_in_and_out_make_a_stay():
    assert stays((IN, 5), (OUT, 50)) == [Stay(minute(5), minute(50), AttendanceBasis.SCAN_PAIR)]


def test_a_stay_is_cut_to_the_session():
    assert stays((IN, -30), (OUT, 90)) == [Stay(minute(0), minute(60), AttendanceBasis.SCAN_PAIR)]


def test_who_was_not_scanned_out_stayed_until_the_end():
    assert stays((IN, 20)) == [Stay(minute(20), minute(60), AttendanceBasis.INFERRED_END)]


def test_who_was_only_scanned_out_was_there_from_the_start():
    assert stays((OUT, 40)) == [Stay(minute(0), minute(40), AttendanceBasis.INFERRED_START)]


def test_leaving_and_coming_back_makes_two_stays():
    assert stays((IN, 0), (OUT, 10), (IN, 30)) == [
        Stay(minute(0), minute(10), AttendanceBasis.SCAN_PAIR),
        Stay(minute(30), minute(60), AttendanceBasis.INFERRED_END),
    ]


def test_a_second_scan_in_the_same_direction_says_nothing_new():
    assert stays((IN, 5), (IN, 20), (OUT, 30), (OUT, 50)) == stays((IN, 5), (OUT, 30))


@pytest.mark.parametrize(
    "scans", [(), ((IN, 60),), ((OUT, 0),), ((IN, -20), (OUT, -10)), ((IN, 30), (OUT, 30))]
)
def test_no_time_inside_is_no_stay(scans):
    assert stays(*scans) == []


def test_the_order_of_arrival_does_not_matter():
    scans = [(IN, 1), (OUT, 10), (OUT, 10), (IN, 20), (OUT, 20), (IN, 45)]
    expected = [
        Stay(minute(1), minute(10), AttendanceBasis.SCAN_PAIR),
        Stay(minute(45), minute(60), AttendanceBasis.INFERRED_END),
    ]
    assert all(stays(*order) == expected for order in itertools.permutations(scans))
