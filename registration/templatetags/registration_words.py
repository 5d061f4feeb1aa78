"""How prices, places and states are shown. Templates load it as `registration_words`."""

import dataclasses
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from conference.kernel.money import Money
from conference.models import Event
from registration.models import Order, Registration
from registration.queries.coming_events import EventOnOffer
from registration.queries.offers import TicketOffer, WorkshopOffer
from registration.rules.coming import Standing
from registration.states import Profession
from registration.web import words

register = template.Library()

TAG_KINDS = {
    "pending": "warn",
    "confirmed": "ok",
    "expired": "plain",
    "cancelled": "danger",
    "paid_without_seat": "danger",
}


STANDING_KINDS = {Standing.OPEN: "ok", Standing.WAITING_LIST: "warn", Standing.SOLD_OUT: "warn"}


PROOF_KINDS = {
    "missing": "warn",
    "submitted": "info",
    "approved": "ok",
    "rejected": "warn",
    "expired": "danger",
}


@dataclasses.dataclass(frozen=True)
class Step:
    word: str
    url: str = ""


@register.simple_tag
def checkout_steps(event_slug: str) -> list[Step]:
    return [
        Step(_("Ticket and workshops"), reverse("registration:begin", args=[event_slug])),
        Step(_("Your details")),
        Step(_("Payment")),
    ]


@register.filter
def price(money: Money) -> str:
    return words.price_in_words(money, get_language() or "es")


@register.filter
def proof_kind(state: str) -> str:
    """The colour of a proof's state."""
    return PROOF_KINDS.get(state, "plain")


@register.filter
def places(offer: TicketOffer, event: Event) -> str:
    return words.places_left_in_words(offer, event)


@register.filter
def later(offer: TicketOffer, event: Event) -> str:
    return words.later_in_words(offer, event, get_language() or "es")


@register.filter
def reason(frozen: dict[str, Any]) -> str:
    """Why a price is the one it is, the code or group discount included."""
    return words.reason_in_words(frozen)


@register.filter
def own_reason(frozen: dict[str, Any]) -> str:
    """The same without the discount, which stands on a line of its own."""
    return words.reason_in_words(frozen, discount=False)


@register.filter
def discount(frozen: dict[str, Any]) -> str:
    return ", ".join(words.discount_in_words(frozen))


@register.filter
def less(amount_minor: int, currency: str) -> str:
    """What a discount takes away: `−USD 20.00`."""
    return "−" + Money(amount_minor, currency).written(get_language() or "es")


@register.filter
def amount(money: Money) -> str:
    """The amount, also if it is nothing."""
    return money.written(get_language() or "es")


@register.filter
def unsigned(money: Money) -> str:
    """The amount of a difference whose direction stands beside it."""
    return amount(Money(abs(money.amount_minor), money.currency))


@register.filter
def in_currency(amount_minor: int, currency: str) -> str:
    return amount(Money(amount_minor, currency))


@register.filter
def professions(values: list[str]) -> str:
    return ", ".join(str(Profession(each).label) for each in values if each in Profession.values)


@register.filter
def seats(offer: WorkshopOffer, event: Event) -> str:
    return words.workshop_in_words(offer, event)


@register.filter
def order_tag(stateful: Order | Registration) -> str:
    return TAG_KINDS.get(stateful.state, "plain")


@register.filter
def in_groups(code: str) -> str:
    """A code in groups of four, to be read aloud and typed."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@register.filter
def standing(one: EventOnOffer) -> str:
    return words.standing_in_words(one)


@register.filter
def standing_tag(one: EventOnOffer) -> str:
    return STANDING_KINDS.get(one.standing, "plain")


@register.filter
def price_from(one: EventOnOffer) -> str:
    return words.price_from_in_words(one, get_language() or "es")
