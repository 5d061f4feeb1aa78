import json
import re
from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.statements import (
    PLACEHOLDERS,
    Run,
    StatementUnfilled,
    credit_noun,
    fill_statement,
    placeholders_in,
    plain_text,
    statement_problems,
)
from certificates.states import StatementKind, StatementProblem
from tests.certificates.rules.credit_type_rules import DATA, EVERY_CODE
from tests.certificates.rules.test_credit_types import LANGUAGES, SOURCE

LIBRARY = json.loads((DATA / "statements.json").read_text(encoding="utf-8"))
STATEMENTS = LIBRARY["statements"]
FOR_PHYSICIANS = {
    StatementKind.AWARD_BODY,
    StatementKind.DESIGNATION,
    StatementKind.ACCREDITATION_DIRECT,
    StatementKind.ACCREDITATION_JOINT,
    StatementKind.ATTESTATION,
}


def statement(kind: StatementKind, language: str, credit_code: str = "AMA_PRA_1") -> str:
    (text,) = [
        one["text"]
        for one in STATEMENTS
        if (one["kind"], one["language"], one["credit_code"]) == (kind, language, credit_code)
    ]
    return text


def problems(text: str, *, kind=StatementKind.PARTICIPATION_BODY, is_for_physicians=False):
    return statement_problems(text, kind=kind, is_for_physicians=is_for_physicians)


def test_the_designation_statement_is_the_accreditors():
    runs = fill_statement(
        statement(StatementKind.DESIGNATION, "en"),
        {"provider": "Example Society", "format": "live activity", "max_credits": "6.00"},
    )

    assert runs == (
        Run("The Example Society designates this live activity for a maximum of 6.00 ", False),
        Run("AMA PRA Category 1 Credit(s)", True),
        Run(
            "™. Physicians should claim only the credit commensurate with the extent of their "
            "participation in the activity.",
            False,
        ),
    )


def test_an_award_names_one_credit_in_the_singular():
    values = dict.fromkeys(PLACEHOLDERS, "X") | {
        "claimed_credits": "1.00",
        "credit_noun": credit_noun(Decimal("1.00")),
    }

    text = plain_text(fill_statement(statement(StatementKind.AWARD_BODY, "en"), values))

    assert text.endswith("and is awarded 1.00 AMA PRA Category 1 Credit™.")


@pytest.mark.parametrize(
    ("amount", "noun"), [("1", "Credit"), ("1.00", "Credit"), ("0.25", "Credits"), ("6", "Credits")]
)
def test_credit_is_singular_for_exactly_one(amount, noun):
    assert credit_noun(Decimal(amount)) == noun


def test_what_is_filled_in_stays_as_it_is():
    runs = fill_statement(
        "{name} *attended* {title}.", {"name": "{title} *Ana*", "title": "{name}", "city": "unused"}
    )

    assert runs == (
        Run("{title} *Ana* ", False),
        Run("attended", True),
        Run(" {name}.", False),
    )


@given(st.dictionaries(st.sampled_from(["name", "title"]), st.text(), min_size=2))
def test_any_value_comes_out_unchanged(values):
    text = plain_text(fill_statement("<{name}|{title}>", values))

    assert text == f"<{values['name']}|{values['title']}>"


def test_a_text_without_placeholders_or_empty_is_filled_too():
    assert fill_statement("Plain.", {}) == (Run("Plain.", False),)
    assert fill_statement("*All.*", {}) == (Run("All.", True),)
    assert fill_statement("", {}) == ()


@pytest.mark.parametrize("template", ["{secret_key}", "{name", "name}", "{}", "{name.x}", "{0}"])
def test_an_unknown_placeholder_or_a_stray_brace_is_refused(template):
    with pytest.raises(StatementUnfilled, match="no placeholder"):
        placeholders_in(template)


def test_a_missing_value_is_refused_by_name():
    with pytest.raises(StatementUnfilled, match=r"Nothing was given for city, title\."):
        fill_statement("{title} {city} {name}", {"name": "Ana"})


def test_emphasis_that_nothing_closes_is_refused():
    with pytest.raises(StatementUnfilled, match="nothing closes"):
        fill_statement("*AMA", {})


@pytest.mark.parametrize(
    "one", STATEMENTS, ids=lambda one: f"{one['credit_code']} {one['kind']} {one['language']}"
)
def test_every_statement_of_the_library_may_be_printed_and_cites_its_source(one):
    kind = StatementKind(one["kind"])

    found = statement_problems(one["text"], kind=kind, is_for_physicians=kind in FOR_PHYSICIANS)

    assert found == ()
    assert SOURCE.match(one["source"]), one["source"]
    assert one["credit_code"] in {"", *EVERY_CODE}
    assert one["version"] == "1"
    assert plain_text(fill_statement(one["text"], dict.fromkeys(PLACEHOLDERS, "x")))


def test_a_statement_has_the_same_placeholders_in_every_language():
    placeholders, languages = defaultdict(set), defaultdict(list)
    for one in STATEMENTS:
        key = one["credit_code"], one["kind"], one["version"]
        placeholders[key].add(placeholders_in(one["text"]))
        languages[key].append(one["language"])

    assert all(len(of_one) == 1 for of_one in placeholders.values())
    official_only = {("ECMEC", "designation", "1"): ["en"]}
    for key, found in languages.items():
        assert sorted(found) == sorted(official_only.get(key, LANGUAGES))


def test_translations_of_what_an_accreditor_words_are_labelled_as_courtesy():
    for one in STATEMENTS:
        is_regulatory = one["credit_code"] == "AMA_PRA_1"
        if is_regulatory and one["language"] != "en":
            assert re.search(r"\(unverified; courtesy translation\)$", one["source"])


def test_the_format_of_an_activity_is_named_in_every_language():
    assert set(LIBRARY["terms"]["format"]["live_activity"]) == LANGUAGES


AMA = "*AMA PRA Category 1 Credits*™"


@pytest.mark.parametrize(
    "sentence",
    [
        f"Ana was awarded 6.00 {AMA}.",
        f"Ana EARNED 6.00 {AMA}.",
        f"Se le otorgaron 6.00 {AMA}.",
        f"Ana obtuvo 6.00 {AMA}.",
        f"Foram concedidos 6.00 {AMA}.",
        f"{AMA} : 6.00 attribués.",
    ],
)
def test_nobody_but_a_physician_is_awarded_ama_credit(sentence):
    assert problems(sentence) == (StatementProblem.AWARD_BESIDE_AMA,)
    assert problems(sentence, is_for_physicians=True) == ()


def test_others_may_read_for_what_the_activity_was_designated_and_be_awarded_other_things():
    assert problems(f"This activity was designated for 6.00 {AMA}.") == ()
    assert problems("Ana was awarded the prize for the best poster.") == ()
    assert problems(f"Planned in accordance with the rules, designated for 6.00 {AMA}.") == ()


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (
            "6.00 AMA PRA Category 1 Credits™",
            StatementKind.AWARD_BODY,
            (StatementProblem.AMA_PHRASE_INCOMPLETE,),
        ),
        (
            "6.00 *AMA PRA Category 1 Credits*",
            StatementKind.AWARD_BODY,
            (StatementProblem.AMA_PHRASE_INCOMPLETE,),
        ),
        (
            "6.00 Category 1 credits",
            StatementKind.AWARD_BODY,
            (StatementProblem.AMA_PHRASE_INCOMPLETE, StatementProblem.WRONG_NAME),
        ),
        ("6 ACCME credits", StatementKind.AWARD_BODY, (StatementProblem.WRONG_NAME,)),
        ("6 CME hours", StatementKind.AWARD_BODY, (StatementProblem.WRONG_NAME,)),
        (
            "6.00 *AMA PRA Category 1 Credit(s)*™",
            StatementKind.AWARD_BODY,
            (StatementProblem.PLURAL_IN_BRACKETS,),
        ),
        ("6.00 *AMA PRA Category 1 Credit(s)*™", StatementKind.DESIGNATION, ()),
        (f"{AMA} pending", StatementKind.DESIGNATION, (StatementProblem.PENDING,)),
        (f"{AMA} en trámite", StatementKind.DESIGNATION, (StatementProblem.PENDING,)),
        ("Payment pending", StatementKind.DESIGNATION, ()),
        ("{claimed_credits} *AMA PRA Category 1 {credit_noun}*™", StatementKind.AWARD_BODY, ()),
    ],
)
def test_ama_credit_is_named_as_its_owner_names_it(text, kind, expected):
    assert problems(text, kind=kind, is_for_physicians=True) == expected
