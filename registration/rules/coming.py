"""What can be said of an event to somebody who looks for one."""

import datetime as dt
from collections.abc import Iterable
from enum import Enum
from typing import Protocol

from conference.kernel.money import Money


class Standing(Enum):
    """How an event stands with its registration."""

    NOT_ANNOUNCED = "not_announced"
    OPENS_LATER = "opens_later"
    OPEN = "open"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"


class Window(Protocol):
    opens_at: dt.datetime
    closes_at: dt.datetime


def standing_of(
    window: Window | None, *, has_tickets: bool, places_left: int, at: dt.datetime
) -> Standing:
    """`places_left` counts what is on sale now, overdue holds among it."""
    if window is None or not has_tickets:
        return Standing.NOT_ANNOUNCED
    if at < window.opens_at:
        return Standing.OPENS_LATER
    if at >= window.closes_at:
        return Standing.CLOSED
    return Standing.OPEN if places_left > 0 else Standing.SOLD_OUT


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
