"""How prices, places and states are shown. Templates load it as `registration_words`."""

import dataclasses

from django import template
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from conference.kernel.money import Money
from conference.models import Event
from registration.models import Order, Registration
from registration.queries.coming_events import EventOnOffer
from registration.queries.orders import TicketTypeOnSale, WorkshopOnSale
from registration.rules.coming import Standing
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
def places(on_sale: TicketTypeOnSale, event: Event) -> str:
    return words.places_left_in_words(on_sale, event)


@register.filter
def seats(on_sale: WorkshopOnSale, event: Event) -> str:
    return words.workshop_in_words(on_sale, event)


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
