"""What people take of the things that are scarce, counted."""

import dataclasses
from collections import Counter
from collections.abc import Iterable


@dataclasses.dataclass(frozen=True, slots=True)
class Claims:
    """How many places of which ticket types, variations, workshops and quotas, by pk."""

    ticket_types: Counter[int] = dataclasses.field(default_factory=Counter)
    variations: Counter[int] = dataclasses.field(default_factory=Counter)
    workshops: Counter[int] = dataclasses.field(default_factory=Counter)
    quotas: Counter[int] = dataclasses.field(default_factory=Counter)

    def __add__(self, other: "Claims") -> "Claims":
        return Claims(
            self.ticket_types + other.ticket_types,
            self.variations + other.variations,
            self.workshops + other.workshops,
            self.quotas + other.quotas,
        )

    def __sub__(self, other: "Claims") -> "Claims":
        """What is left to take when `other` is held already; never negative."""
        return Claims(
            self.ticket_types - other.ticket_types,
            self.variations - other.variations,
            self.workshops - other.workshops,
            self.quotas - other.quotas,
        )


def claims_of(
    *,
    ticket_type_ids: Iterable[int] = (),
    variation_ids: Iterable[int] = (),
    workshop_ids: Iterable[int] = (),
    quota_ids: Iterable[int] = (),
) -> Claims:
    return Claims(
        Counter(ticket_type_ids), Counter(variation_ids), Counter(workshop_ids), Counter(quota_ids)
    )
