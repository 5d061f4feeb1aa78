"""What an order would cost, of what was typed until now."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models.functions import Lower

from conference.kernel.errors import DomainError
from conference.kernel.money import Money
from conference.models import Event
from registration.models import Registration
from registration.queries.wishes import PersonWish, Wish, wish_of


@dataclass(frozen=True, slots=True)
class Quote:
    """Either what it is and costs, or why it cannot be said yet."""

    wish: Wish | None
    refusal: DomainError | None = None

    @property
    def total(self) -> Money | None:
        return self.wish.total if self.wish else None


def quote_of(
    event: Event,
    people: Sequence[PersonWish],
    *,
    currency: str,
    voucher_code: str,
    at: dt.datetime,
    beside: Mapping[str, int] = MappingProxyType({}),
) -> Quote:
    """Nothing is required but a ticket for each; whether there are seats is not looked at."""
    try:
        wish = wish_of(
            event_slug=event.slug,
            people=people,
            currency=currency,
            voucher_code=voucher_code,
            at=at,
            asks_questions=False,
            beside=beside,
        )
    except DomainError as refusal:
        return Quote(None, refusal)
    return Quote(wish)


def emails_registered(event: Event, emails: Iterable[str]) -> set[str]:
    """Those of the addresses, in lower case, that have a place at the event."""
    found = (
        Registration.objects.holding_a_place()
        .filter(event=event)
        .alias(address=Lower("email"))
        .filter(address__in={email.lower() for email in emails})
    )
    return {email.lower() for email in found.values_list("email", flat=True)}
