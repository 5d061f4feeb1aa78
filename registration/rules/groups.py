"""When the names of a group are fixed, when its seats go back, and why a seat is not given."""

import datetime as dt
from typing import ClassVar, Protocol

from conference.kernel.errors import DomainError, InputRefused
from registration.rules.proofs import end_of_day

FEWEST_SEATS = 2
MOST_SEATS = 500


class GroupIsFull(DomainError):
    code: ClassVar[str] = "group_is_full"


class NamesAreFixed(DomainError):
    code: ClassVar[str] = "names_are_fixed"


class LinkIsClosed(DomainError):
    code: ClassVar[str] = "link_is_closed"


class SeatCostsMore(DomainError):
    code: ClassVar[str] = "seat_costs_more"


class PlaceOfAGroup(DomainError):
    """What a person of a group cannot do with a place that somebody else bought."""

    code: ClassVar[str] = "place_of_a_group"


class GroupSeatsRefused(InputRefused):
    code: ClassVar[str] = "group_seats"


class GroupDatesRefused(InputRefused):
    code: ClassVar[str] = "group_dates"


class Policy(Protocol):
    group_return_days: int
    group_names_days: int


class Beginning(Protocol):
    first_day: dt.date

    @property
    def zone(self) -> dt.tzinfo: ...


TIME_TO_NAME = dt.timedelta(days=3)


def usual_dates(
    policy: Policy, event: Beginning, *, at: dt.datetime
) -> tuple[dt.datetime, dt.datetime]:
    """
    When seats without a name go back, and until when names change freely: ends of days.

    Who buys late has three days to name her people all the same.
    """
    returns_at = max(_days_before(event, policy.group_return_days), at + TIME_TO_NAME)
    return returns_at, max(_days_before(event, policy.group_names_days), returns_at)


def _days_before(event: Beginning, days: int) -> dt.datetime:
    return end_of_day(event.first_day - dt.timedelta(days=days), event.zone)
