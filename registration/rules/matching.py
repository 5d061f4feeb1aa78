"""Which order a line of a bank's statement is for, and how sure that is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registration.rules.references import read_reference

SURE_PERCENT = 90
_LOOKS_LIKE_ONE = re.compile(r"(?=([0-9A-Z](?:[- ]?[0-9A-Z]){7}))")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that waits for money. `words` are of the names of who pays, without accents."""

    order_id: int
    reference: str
    owed_minor: int
    currency: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Proposal:
    order_id: int | None
    percent: int


def references_in(text: str) -> list[str]:
    """Every reference that stands in a text, however it is grouped; the check character is right."""
    found = (read_reference(match.group(1)) for match in _LOOKS_LIKE_ONE.finditer(text.upper()))
    return list(dict.fromkeys(reference for reference in found if reference))


def propose(
    *,
    text: str,
    words: frozenset[str],
    amount_minor: int,
    currency: str,
    by_reference: Mapping[str, Candidate],
    waiting: Sequence[Candidate],
) -> Proposal:
    """
    The order a line is most likely for.

    98 %: its reference and the amount owed; 75 %: its reference with another amount; 60 %: the
    amount of one waiting order alone and a name of who pays; 25 %: the amount alone.
    """
    named = [by_reference[one] for one in references_in(text) if one in by_reference]
    if len(named) == 1:
        (order,) = named
        fits = order.owed_minor == amount_minor and order.currency == currency
        return Proposal(order.order_id, 98 if fits else 75)
    if named:
        return Proposal(None, 0)
    equal = [one for one in waiting if one.owed_minor == amount_minor and one.currency == currency]
    by_name = [one for one in equal if len(one.words & words) >= 2]
    if len(by_name) == 1:
        return Proposal(by_name[0].order_id, 60)
    if len(equal) == 1:
        return Proposal(equal[0].order_id, 25)
    return Proposal(None, 0)
