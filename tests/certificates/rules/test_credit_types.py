import re
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from certificates.rules.credit_types import credit_type_rule, hundredths
from certificates.states import (
    ClaimStyle,
    CountedMinutes,
    CreditFamily,
    RoundingMode,
    RoundingScope,
    RoundingTie,
)
from registration.states import PHYSICIANS, Profession
from tests.certificates.rules.credit_type_rules import (
    AMA,
    CEU,
    ECMEC,
    RELOJ,
    RULES,
    TEACHING,
    credit_type_rows,
)

LANGUAGES = {"es", "pt-br", "en", "fr"}
SOURCE = re.compile(
    r"^Source: CME domain reference \(cme\.md\), sections? [\d and]+, read \d{4}-\d\d-\d\d"
    r" \((primary|secondary|unverified)\b[^)]*\)"
)


def row(**columns) -> SimpleNamespace:
    return SimpleNamespace(
        **{
            "code": "X",
            "unit_minutes": 60,
            "credits_per_unit": Decimal("1.00"),
            "increment": Decimal("0.25"),
            "rounding_mode": "nearest",
            "rounding_scope": "activity",
            "minimum": Decimal(0),
            "cap_per_day": None,
            "professions": [],
            "knobs": {},
            **columns,
        }
    )


def test_every_row_of_the_data_file_is_a_rule_with_a_name_in_four_languages_and_a_source():
    rows = credit_type_rows()

    assert len(rows) == len(RULES) == 21
    for one in rows:
        assert set(one["name"]) == LANGUAGES
        assert all(0 < len(name) <= 200 for name in one["name"].values())
        assert SOURCE.match(one["source"]), one["source"]
        assert len(one["source"]) <= 500
        assert set(one["professions"]) <= set(Profession.values)


def test_the_rule_of_ama_credit_is_what_the_accreditor_says():
    assert AMA.unit_minutes == 60
    assert AMA.increment == Decimal("0.25")
    assert AMA.rounding_mode is RoundingMode.NEAREST
    assert AMA.rounding_tie is RoundingTie.HALF_UP
    assert AMA.rounding_scope is RoundingScope.ACTIVITY
    assert AMA.minimum == Decimal("0.25")
    assert AMA.cap_activity is None
    assert AMA.professions == PHYSICIANS


def test_the_other_families_are_data_too():
    assert TEACHING.counts is CountedMinutes.TEACHING
    assert (ECMEC.rounding_scope, ECMEC.cap_per_day) == (RoundingScope.DAY, Decimal("8.00"))
    assert (CEU.claim_style, CEU.all_or_nothing_pct) == (ClaimStyle.ALL_OR_NOTHING, 90)
    assert RULES["BR_CMEA"].family is CreditFamily.FIXED_POINTS
    assert RULES["AR_CEMC"].family is CreditFamily.ISSUER_DECIDES


@pytest.mark.parametrize(
    ("profession", "is_for"),
    [
        (Profession.PHYSICIAN, True),
        (Profession.RESIDENT, True),
        (Profession.STUDENT, False),
        (Profession.NURSE, False),
    ],
)
def test_ama_credit_is_for_physicians_and_residents_alone(profession, is_for):
    assert AMA.is_for(profession) is is_for


def test_a_credit_type_without_professions_is_for_everybody():
    assert RELOJ.is_for(Profession.ADMINISTRATOR)


def test_a_row_without_knobs_has_the_defaults():
    rule = credit_type_rule(row())

    assert rule == replace(AMA, code="X", minimum=Decimal("0.00"), professions=frozenset())


def test_a_row_states_every_knob():
    rule = credit_type_rule(
        row(
            cap_per_day=8,
            knobs={
                "rounding_tie": "half_down",
                "cap_activity": "12.50",
                "all_or_nothing_pct": 80,
                "claim_style": "auto",
                "family": "fixed_points",
                "counts": "teaching",
            },
        )
    )

    assert rule.cap_per_day == Decimal("8.00")
    assert rule.rounding_tie is RoundingTie.HALF_DOWN
    assert rule.cap_activity == Decimal("12.50")
    assert rule.all_or_nothing_pct == 80
    assert rule.claim_style is ClaimStyle.AUTO
    assert rule.family is CreditFamily.FIXED_POINTS
    assert rule.counts is CountedMinutes.TEACHING


@pytest.mark.parametrize(
    "columns",
    [
        {"unit_minutes": 0},
        {"increment": Decimal(0)},
        {"credits_per_unit": Decimal(-1)},
        {"minimum": Decimal(-1)},
        {"cap_per_day": Decimal(-1)},
        {"knobs": {"cap_activity": "-0.01"}},
        {"knobs": {"all_or_nothing_pct": 0}},
        {"knobs": {"all_or_nothing_pct": 101}},
        {"knobs": {"claim_style": "all_or_nothing"}, "rounding_scope": "session"},
        {"knobs": {"claim_style": "whim"}},
        {"rounding_mode": "sideways"},
        {"increment": Decimal("0.125")},
        {"minimum": Decimal("Infinity")},
    ],
)
def test_a_row_that_makes_no_sense_is_refused(columns):
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own sentence
        credit_type_rule(row(**columns))


def test_credits_are_never_floats():
    with pytest.raises(TypeError, match="never floats"):
        hundredths(0.25)


@pytest.mark.parametrize(("amount", "written"), [("1", "1.00"), (2, "2.00"), ("0.5", "0.50")])
def test_an_amount_has_two_places(amount, written):
    assert str(hundredths(amount)) == written
