"""What can be said of an event to somebody who looks for one."""

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Protocol

from conference.kernel.money import Money


class Standing(Enum):
    """How an event stands with its registration."""

    NOT_ANNOUNCED = "not_announced"
    OPENS_LATER = "opens_later"
    OPEN = "open"
    WAITING_LIST = "waiting_list"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"


class Window(Protocol):
    opens_at: dt.datetime
    closes_at: dt.datetime


def standing_of(
    window: Window | None,
    *,
    has_tickets: bool,
    places_left: int,
    people_wait: bool,
    at: dt.datetime,
) -> Standing:
    """`places_left` counts what whoever comes now can have, overdue holds among it."""
    if window is None or not has_tickets:
        return Standing.NOT_ANNOUNCED
    if at < window.opens_at:
        return Standing.OPENS_LATER
    if at >= window.closes_at:
        return Standing.CLOSED
    if places_left > 0:
        return Standing.OPEN
    return Standing.WAITING_LIST if people_wait else Standing.SOLD_OUT


def places_within(places_left: Mapping[int, int], shared: Iterable[tuple[int, set[int]]]) -> int:
    """
    How many people can still buy, if some ticket types share limits.

    `places_left` is by ticket type; `shared` are pairs of what a quota has left and its ticket types.
    """
    quotas = list(shared)
    left = [size for size, _members in quotas]
    total = 0
    for ticket_type, places in places_left.items():
        its = [index for index, (_size, members) in enumerate(quotas) if ticket_type in members]
        taken = max(min([places, *(left[index] for index in its)]), 0)
        total += taken
        for index in its:
            left[index] -= taken
    return total


def prices_from(prices: Iterable[Money]) -> list[Money]:
    """The lowest price above nothing in each currency; none if all of it is free."""
    lowest: dict[str, int] = {}
    for price in prices:
        if price.amount_minor > 0:
            known = lowest.get(price.currency, price.amount_minor)
            lowest[price.currency] = min(known, price.amount_minor)
    return [Money(amount_minor, currency) for currency, amount_minor in sorted(lowest.items())]


def months_between(first_day: dt.date, last_day: dt.date) -> list[str]:
    """The months an event touches, as `2027-04`."""
    months = []
    year, month = first_day.year, first_day.month
    while (year, month) <= (last_day.year, last_day.month):
        months.append(f"{year}-{month:02}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return months
