"""Credits of a group's people, for its owner: of those alone who show them to her."""

from collections import defaultdict
from dataclasses import dataclass

from certificates.models import CreditClaim
from registration.models import Group, GroupSeat
from registration.states import GroupSeatState


@dataclass(frozen=True, slots=True)
class CreditsShown:
    """`claims` are what she claimed and did not withdraw; none yet is an empty list."""

    name: str
    claims: list[CreditClaim]


def credits_shown_to_owner(group: Group) -> list[CreditsShown]:
    """In the order of the seats. Two queries."""
    seats = (
        GroupSeat.objects.filter(group=group, state=GroupSeatState.NAMED, shows_credits=True)
        .select_related("registration")
        .order_by("number")
    )
    people = [seat.registration for seat in seats if seat.registration]
    claims: dict[int, list[CreditClaim]] = defaultdict(list)
    found = CreditClaim.objects.filter(registration__in=people, withdrawn_at__isnull=True)
    for claim in found.select_related("designation__credit_type").order_by("pk"):
        claims[claim.registration_id].append(claim)
    return [CreditsShown(person.badge_name, claims[person.pk]) for person in people]
