"""
Filling the placeholders of a statement, and refusing texts that may not be printed.

A text holds {placeholders} and *emphasis*. Both are read from the text alone: what is filled in
stays as it is, with its own braces and asterisks.

Source: CME domain reference (cme.md), sections 3 and 8, read 2026-11-25.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from certificates.states import StatementKind, StatementProblem

PLACEHOLDERS = frozenset(
    {
        "provider",
        "joint_provider",
        "format",
        "event",
        "name",
        "title",
        "city",
        "country",
        "dates",
        "max_credits",
        "claimed_credits",
        "credit_noun",
        "hours",
        "url",
        "code",
    }
)
_MARK = re.compile(r"\{([a-z_]+)\}|([*{}])")


class StatementUnfilled(ValueError):
    """The text and the values do not fit: a fault of the library, never of a reader."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a filled statement, in italics or not."""

    text: str
    is_emphasised: bool


def placeholders_in(template: str) -> frozenset[str]:
    """
    The placeholders a text asks for.

    :raises StatementUnfilled: if it holds an unknown one, or a brace of its own.
    """
    found = set()
    for mark in _MARK.finditer(template):
        name, sign = mark.groups()
        if sign in ("{", "}") or (name and name not in PLACEHOLDERS):
            raise StatementUnfilled(f"“{mark.group()}” is no placeholder of a statement.")
        if name:
            found.add(name)
    return frozenset(found)


def fill_statement(template: str, values: Mapping[str, str]) -> tuple[Run, ...]:
    """
    The text with its placeholders filled, as runs in italics or not, in a single pass.

    :raises StatementUnfilled: for an unknown or missing placeholder, or an unclosed asterisk.
    """
    missing = placeholders_in(template) - values.keys()
    if missing:
        raise StatementUnfilled(f"Nothing was given for {', '.join(sorted(missing))}.")
    if template.count("*") % 2:
        raise StatementUnfilled("An asterisk opens emphasis that nothing closes.")
    return tuple(
        Run("".join(text for text, _is_emphasised in pieces), is_emphasised)
        for is_emphasised, pieces in groupby(_pieces(template, values), key=itemgetter(1))
    )


def _pieces(template: str, values: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    is_emphasised = False
    position = 0
    for mark in _MARK.finditer(template):
        if mark.start() > position:
            yield template[position : mark.start()], is_emphasised
        if name := mark.group(1):
            yield values[name], is_emphasised
        else:
            is_emphasised = not is_emphasised
        position = mark.end()
    if position < len(template):
        yield template[position:], is_emphasised


def plain_text(runs: tuple[Run, ...]) -> str:
    """Without italics, for e-mails and metadata."""
    return "".join(run.text for run in runs)


def credit_noun(amount: Decimal) -> str:
    """
    AMA credit is singular for exactly one, in every language.

    Source: CME domain reference (cme.md), section 3 (secondary), read 2026-11-25.
    """
    return "Credit" if amount == 1 else "Credits"


_AMA_TOKEN = re.compile(r"\bAMA\b|\bPRA\b|Category\s+1\b", re.IGNORECASE)
_AMA_IN_FULL = re.compile(r"\*AMA PRA Category 1 (?:Credit|Credits|Credit\(s\)|\{credit_noun\})\*™")
# In the four languages of the conference.
_AWARD = re.compile(
    r"\b(?:award\w*|earn\w*|granted"
    r"|otorg\w*|obtien\w*|obtuv\w*|obten\w*|ganó|ganad\w*|conced\w*"
    r"|outorg\w*|obtém|obtev\w*|receb\w*"
    r"|décern\w*|attribu\w*|accordé\w*|gagn\w*)",
    re.IGNORECASE,
)
_WRONG_NAME = re.compile(
    r"(?<!AMA PRA )\bCategory 1 credits?\b|\bACCME credits?\b|\bCME hours?\b"
    r"|\bcréditos? ACCME\b|\bcrédits? ACCME\b",
    re.IGNORECASE,
)
_PENDING = re.compile(
    r"\bpending\b|\bapplied for\b|\bpendientes?\b|\ben trámite\b|\bpendentes?\b|\ben attente\b",
    re.IGNORECASE,
)


def statement_problems(
    template: str, *, kind: StatementKind, is_for_physicians: bool
) -> tuple[StatementProblem, ...]:
    """
    Why a text of the library may not be printed; none if it may.

    Source: CME domain reference (cme.md), section 3 (secondary), read 2026-11-25.
    """
    names_ama = bool(_AMA_TOKEN.search(template))
    outside_the_phrase = _AMA_IN_FULL.sub("", template)
    problems = (
        (
            StatementProblem.AWARD_BESIDE_AMA,
            names_ama and not is_for_physicians and bool(_AWARD.search(template)),
        ),
        (StatementProblem.AMA_PHRASE_INCOMPLETE, bool(_AMA_TOKEN.search(outside_the_phrase))),
        (
            StatementProblem.PLURAL_IN_BRACKETS,
            "Credit(s)" in template and kind is not StatementKind.DESIGNATION,
        ),
        (StatementProblem.WRONG_NAME, bool(_WRONG_NAME.search(template))),
        (StatementProblem.PENDING, names_ama and bool(_PENDING.search(template))),
    )
    return tuple(problem for problem, is_there in problems if is_there)
