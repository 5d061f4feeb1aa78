"""
Who is next on a waiting list, and how long an offer stands.

The line is served in its order. Only one thing lets somebody pass: a party is offered all its
places or none, so what does not suffice for a larger party may go to a smaller one behind it.
The larger one keeps its place in the line and is asked first each time.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import Protocol, TypeVar

MOST_IN_A_PARTY = 10
SHORTEST_OFFER = dt.timedelta(minutes=30)
# So much of the time that is left until the sale ends is one offer's: the next in line wants some too.
PART_OF_WHAT_IS_LEFT = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """The waiting list of one ticket type or one workshop, by its pk."""

    ticket_type_id: int | None = None
    workshop_id: int | None = None


class Party(Protocol):
    party_size: int


One = TypeVar("One", bound=Party)


def those_that_fit(line: Iterable[One], *, free: int) -> list[One]:
    """Those of the line whose whole party fits into what is free, in their order."""
    return [entry for entry in line if entry.party_size <= free]


def offer_ends_at(*, hours: int, sale_ends_at: dt.datetime, at: dt.datetime) -> dt.datetime:
    """
    Until when an offer made now stands, while the sale lasts.

    The policy's hours; near the end of the sale a quarter of the time that is left, so that
    several people in line have their chance, but half an hour if there is as much.
    """
    left = sale_ends_at - at
    lasts = min(dt.timedelta(hours=hours), max(left / PART_OF_WHAT_IS_LEFT, SHORTEST_OFFER))
    return at + min(lasts, left)
