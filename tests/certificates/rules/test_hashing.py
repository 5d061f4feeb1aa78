import datetime as dt
from dataclasses import fields, replace
from decimal import Decimal

import pytest

from certificates.rules import hashing
from certificates.rules.facts import AttendedPeriod, CreditPolicy, Scan, SessionFacts
from certificates.rules.hashing import inputs_sha256
from tests.certificates.rules.credit_type_rules import AMA, ECMEC
from tests.certificates.rules.programme import (
    DAY_ONE,
    S1,
    S4,
    at,
    between,
    inputs_for,
    presented,
    scanned_in,
    whole,
)

INPUTS = inputs_for(AMA, whole(S1, S4), presentations=(presented("S4", "11:00", "11:10"),))


def test_the_fingerprint_of_known_facts_never_changes_by_itself():
    # If this fails, the same inputs may be read differently: raise RULE_VERSION with it.
    facts = inputs_for(AMA, whole(S1), sessions=(replace(S1, eligible_for=frozenset({"X"})),))

    assert inputs_sha256(facts)[:12] == "2ce9f112d417"


def test_order_repetition_zone_and_trailing_zeros_are_no_difference():
    same = replace(
        INPUTS,
        scans=tuple(
            replace(scan, at=scan.at.astimezone(dt.timezone(dt.timedelta(hours=9))))
            for scan in reversed(INPUTS.scans + INPUTS.scans)
        ),
        sessions=DAY_ONE[::-1],
        designated_credits=Decimal("6.0"),
    )

    assert inputs_sha256(same) == inputs_sha256(INPUTS)


@pytest.mark.parametrize(
    "difference",
    [
        {"rule": ECMEC},
        {"venue_timezone": "America/Bogota"},
        {"sessions": DAY_ONE[:-1]},
        {"sessions": (replace(S1, is_cancelled=True), *DAY_ONE[1:])},
        {"sessions": (replace(S1, eligible_for=frozenset()), *DAY_ONE[1:])},
        {"sessions": (replace(S1, breaks=(between("08:40", "08:50"),)), *DAY_ONE[1:])},
        {"sessions": (replace(S1, actual=between("08:30", "09:00")), *DAY_ONE[1:])},
        {"designated_credits": None},
        {"designated_credits": Decimal("5.75")},
        {"policy": CreditPolicy(transition_grace_minutes=1)},
        {"scans": (*INPUTS.scans, scanned_in("S2", "09:30"))},
        {"rostered_session_keys": frozenset({"S1"})},
        {"presentations": ()},
    ],
)
def test_any_other_fact_is_a_difference(difference):
    assert inputs_sha256(replace(INPUTS, **difference)) != inputs_sha256(INPUTS)


def test_what_was_recorded_by_hand_is_a_difference_whatever_the_zone_it_is_told_in():
    by_hand = AttendedPeriod(
        session_key="S2", period=between("09:30", "10:00"), checked_in_at=at("09:30")
    )
    elsewhere = replace(by_hand, checked_in_at=by_hand.checked_in_at.astimezone(dt.UTC))

    with_it = replace(INPUTS, recorded=(by_hand,))

    assert inputs_sha256(with_it) != inputs_sha256(INPUTS)
    assert inputs_sha256(replace(INPUTS, recorded=(elsewhere,))) == inputs_sha256(with_it)


def test_what_a_session_is_worth_for_other_credit_types_is_no_difference():
    for_ama_alone = tuple(
        replace(one, eligible_for=one.eligible_for & {AMA.code}) for one in DAY_ONE
    )

    assert inputs_sha256(replace(INPUTS, sessions=for_ama_alone)) == inputs_sha256(INPUTS)


def test_every_fact_of_a_session_and_of_a_scan_is_written_out():
    # Their fields are listed by hand in the fingerprint: a new one must be added there.
    assert {field.name for field in fields(SessionFacts)} == {
        "session_key", "planned", "actual", "breaks", "eligible_for", "is_cancelled",
    }  # fmt: skip
    assert {field.name for field in fields(Scan)} == {
        "scan_key", "at", "direction", "session_key",
    }  # fmt: skip


def test_new_rules_are_a_difference(monkeypatch):
    before = inputs_sha256(INPUTS)

    monkeypatch.setattr(hashing, "RULE_VERSION", "another")

    assert inputs_sha256(INPUTS) != before
