"""
What an event sells and asks, kept in memory for one version of it.

Buyers come in crowds and read the same; PostgreSQL is asked for the version with the ticket type.
Counters in these rows are old: who needs to know what is left reads it anew.
"""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from registration.models import (
    GroupDiscount,
    IncludedWorkshop,
    Price,
    PricePhase,
    Question,
    Quota,
    RegistrationPolicy,
    Society,
    TicketType,
    TicketVariation,
    Workshop,
)

MOST_KEPT = 200
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Rows by slug; the rest by the pk of the ticket type or workshop they belong to."""

    ticket_types: dict[str, TicketType]
    workshops: dict[str, Workshop]
    variations: dict[int, list[TicketVariation]]
    included_workshops: dict[int, list[int]]
    ticket_prices: dict[int, list[Price]]
    workshop_prices: dict[int, list[Price]]
    phases: list[PricePhase]
    societies: list[Society]
    group_discounts: list[tuple[int, int]]
    ticket_quotas: dict[int, list[int]]
    workshop_quotas: dict[int, list[int]]
    questions: list[Question]
    asked_only_with: dict[int, set[int]] = field(default_factory=dict)

    def questions_for(self, ticket_type_id: int) -> list[Question]:
        return [
            question
            for question in self.questions
            if ticket_type_id in self.asked_only_with.get(question.pk, {ticket_type_id})
        ]

    def ticket_type(self, ticket_type_id: int) -> TicketType:
        return next(each for each in self.ticket_types.values() if each.pk == ticket_type_id)

    def workshop(self, workshop_id: int) -> Workshop:
        return next(each for each in self.workshops.values() if each.pk == workshop_id)


class _Kept:
    def __init__(self) -> None:
        self._by_version: OrderedDict[tuple[int, int], Catalogue] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[int, int]) -> Catalogue | None:
        with self._lock:
            return self._by_version.get(key)

    def keep(self, key: tuple[int, int], catalogue: Catalogue) -> None:
        with self._lock:
            self._by_version[key] = catalogue
            while len(self._by_version) > MOST_KEPT:
                self._by_version.popitem(last=False)


_kept = _Kept()


def catalogue_of(policy: RegistrationPolicy) -> Catalogue:
    """What the event of this policy sells in the version that the policy was read with."""
    key = (policy.pk, policy.catalogue_version)
    catalogue = _kept.get(key)
    if catalogue is None:
        catalogue = read_catalogue(policy.event_id)
        _kept.keep(key, catalogue)
    return catalogue


def read_catalogue(event_id: int) -> Catalogue:
    """A constant number of queries, however much is sold."""
    ticket_types = TicketType.objects.filter(event_id=event_id)
    workshops = Workshop.objects.filter(event_id=event_id)
    prices = list(Price.objects.filter(event_id=event_id).select_related("phase", "society"))
    of_quota = Quota.objects.filter(event_id=event_id)
    asked_only_with = defaultdict(set)
    through = Question.ticket_types.through.objects.filter(question__event_id=event_id)
    for question_id, ticket_type_id in through.values_list("question_id", "tickettype_id"):
        asked_only_with[question_id].add(ticket_type_id)
    return Catalogue(
        ticket_types={each.slug: each for each in ticket_types},
        workshops={each.slug: each for each in workshops},
        variations=_grouped(
            (each.ticket_type_id, each)
            for each in TicketVariation.objects.filter(event_id=event_id)
        ),
        included_workshops=_grouped(
            IncludedWorkshop.objects.filter(ticket_type__event_id=event_id)
            .order_by("workshop_id")
            .values_list("ticket_type_id", "workshop_id")
        ),
        ticket_prices=_grouped(
            (each.ticket_type_id, each) for each in prices if each.ticket_type_id
        ),
        workshop_prices=_grouped((each.workshop_id, each) for each in prices if each.workshop_id),
        phases=list(PricePhase.objects.filter(event_id=event_id)),
        societies=list(Society.objects.filter(event_id=event_id)),
        group_discounts=list(
            GroupDiscount.objects.filter(event_id=event_id).values_list("min_people", "percent")
        ),
        ticket_quotas=_grouped(
            of_quota.filter(ticket_types__isnull=False).values_list("ticket_types", "pk")
        ),
        workshop_quotas=_grouped(
            of_quota.filter(workshops__isnull=False).values_list("workshops", "pk")
        ),
        questions=list(Question.objects.filter(event_id=event_id, is_offered=True)),
        asked_only_with=dict(asked_only_with),
    )


def _grouped(pairs: Iterable[tuple[int | None, Value]]) -> dict[int, list[Value]]:
    groups: defaultdict[int, list[Value]] = defaultdict(list)
    for key, value in pairs:
        if key is not None:
            groups[key].append(value)
    return dict(groups)
