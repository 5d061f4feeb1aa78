"""Until when a status is proved, and what is full price: without database, clock or files."""

import datetime as dt
import zoneinfo
from dataclasses import dataclass

import pytest

from conference.kernel.money import Money
from registration.rules.pricing import Circumstances, price_without_status
from registration.rules.proofs import (
    ProofNotWanted,
    due_after_news,
    due_at,
    file_is_due,
    is_over,
    is_time_to_remind,
    require_may_submit,
)
from registration.rules.refusals import NotSoldInThisCurrency
from registration.states import PROOF_TRANSITIONS, ProofState

ZONE = zoneinfo.ZoneInfo("America/Argentina/Buenos_Aires")
LATE = dt.datetime(2027, 2, 2, 1, 30, tzinfo=dt.UTC)  # still the 1st of February there
LAST_DAY = dt.date(2027, 4, 18)


def local(month, day, hour=23, minute=59):
    return dt.datetime(2027, month, day, hour, minute, tzinfo=ZONE)


def due(at=LATE, *, days=14, not_before=None):
    return due_at(at=at, days=days, not_before=not_before, last_day=LAST_DAY, zone=ZONE)


def test_a_proof_is_due_at_the_end_of_a_day_some_days_after_the_order():
    assert due() == local(2, 15)


def test_a_day_of_the_organiser_gives_more_time_but_never_less():
    assert due(not_before=dt.date(2027, 3, 1)) == local(3, 1)
    assert due(not_before=dt.date(2027, 1, 1)) == local(2, 15)


def test_nothing_is_due_after_the_event():
    assert due(not_before=dt.date(2028, 1, 1)) == local(4, 18)
    assert due(at=local(4, 17, 9, 0)) == local(4, 18)


def test_bad_news_leave_some_days_to_try_again():
    assert due_after_news(local(2, 15), at=local(2, 15, 20, 0), zone=ZONE) == local(2, 18)
    assert due_after_news(local(2, 15), at=local(2, 2), zone=ZONE) == local(2, 15)


@pytest.mark.parametrize(
    ("at", "asked_at", "reminded_at", "expected"),
    [
        (local(2, 12, 23, 58), local(2, 1), None, False),  # too early
        (local(2, 13), local(2, 1), None, True),
        (local(2, 13), local(2, 1), local(2, 13), False),  # once
        (local(2, 13), None, None, False),  # who was not asked is asked, not reminded
        (local(2, 13), local(2, 12), None, False),  # asked just now
        (local(2, 15), local(2, 1), None, False),  # over
    ],
)
def test_a_reminder_comes_once_in_the_last_days(at, asked_at, reminded_at, expected):
    told = is_time_to_remind(local(2, 15), asked_at=asked_at, reminded_at=reminded_at, at=at)

    assert told is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("missing", True),
        ("rejected", True),
        ("submitted", False),
        ("approved", False),
        ("expired", False),
        ("not_needed", False),
    ],
)
def test_only_what_she_owes_runs_out(state, expected):
    is_late = is_over(ProofState(state), due=local(2, 15), asked_at=local(2, 1), at=local(2, 15))

    assert is_late is expected


def test_it_runs_out_at_its_minute_and_never_unasked():
    state = ProofState.MISSING

    assert not is_over(state, due=local(2, 15), asked_at=local(2, 1), at=local(2, 15, 23, 58))
    assert not is_over(state, due=local(2, 15), asked_at=None, at=local(3, 15))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"state": "submitted", "decided_at": None, "at": local(4, 17)}, False),
        ({"at": local(3, 9)}, True),  # 30 days after the decision
        ({"state": "submitted", "decided_at": None, "at": local(5, 18)}, True),  # after the event
        ({"state": "submitted", "decided_at": None, "ended_at": local(2, 9), "at": local(3, 11)}, True),
    ],
)  # fmt: skip
def test_a_file_goes_some_days_after_decision_end_or_event(changes, expected):
    facts = {
        "state": "approved", "submitted_at": local(2, 5), "decided_at": local(2, 7),
        "ended_at": None, "last_day": LAST_DAY, "zone": ZONE, "days": 30, "at": local(3, 8),
    } | changes  # fmt: skip

    assert file_is_due(**{**facts, "state": ProofState(facts["state"])}) is expected


@pytest.mark.parametrize("state", ["missing", "submitted", "rejected", "expired"])
def test_a_file_may_be_sent_until_it_is_approved_also_too_late(state):
    require_may_submit(ProofState(state), is_held=True, is_event_over=False)


@pytest.mark.parametrize(
    ("state", "is_held", "is_event_over", "sentence"),
    [
        ("approved", True, False, "Your status is proved already."),
        ("not_needed", True, False, "You do not need to prove anything."),
        ("missing", False, False, "This place is not held any more."),
        ("missing", True, True, "The event is over."),
    ],
)
def test_a_file_is_refused_with_the_reason(state, is_held, is_event_over, sentence):
    with pytest.raises(ProofNotWanted, match=sentence):
        require_may_submit(ProofState(state), is_held=is_held, is_event_over=is_event_over)


def test_a_submitted_proof_cannot_expire_and_an_approved_one_is_final_for_its_person():
    assert ProofState.EXPIRED not in PROOF_TRANSITIONS[ProofState.SUBMITTED]
    assert PROOF_TRANSITIONS[ProofState.APPROVED] == {ProofState.MISSING, ProofState.NOT_NEEDED}


@dataclass(frozen=True)
class Cell:
    currency: str
    amount_minor: int
    profession: str = ""
    income_group: str = ""
    phase_id: int | None = None
    society_id: int | None = None
    variation_id: int | None = None


RESIDENT = Circumstances("resident", "lower_middle", 7, frozenset(), None, "USD")


def test_the_full_price_is_the_one_that_names_no_profession():
    cells = [
        Cell("USD", 100, "resident"),
        Cell("USD", 200, "nurse"),
        Cell("USD", 150, "resident", "lower_middle"),
        Cell("USD", 300, income_group="lower_middle", phase_id=7),
    ]

    found = price_without_status(Money(500, "USD"), cells, RESIDENT)

    assert (found.price, found.cell) == (Money(300, "USD"), cells[3])


def test_where_only_professions_are_sold_the_dearest_is_the_full_price():
    cells = [Cell("USD", 100, "resident"), Cell("USD", 250, "physician"), Cell("EUR", 900, "nurse")]

    found = price_without_status(Money(500, "ARS"), cells, RESIDENT)

    assert found.price == Money(250, "USD")


def test_what_nobody_can_pay_in_a_currency_has_no_full_price_in_it():
    with pytest.raises(NotSoldInThisCurrency):
        price_without_status(Money(500, "ARS"), [Cell("EUR", 900, "nurse")], RESIDENT)
