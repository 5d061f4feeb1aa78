"""Prices and places in words, for the event page and the form."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conference.kernel.money import Money
from conference.models import Event
from conference.templatetags.presentation import clock, day_in_words, moment_in_words
from registration.queries.coming_events import EventOnOffer
from registration.queries.orders import TicketTypeOnSale, WorkshopOnSale
from registration.rules.coming import Standing

FEW = 20


def price_in_words(price: Money, language: str) -> str:
    return price.written(language) if price.amount_minor else _("Free of charge")


def left_in_words(left: int) -> str:
    """Few are counted, many are not: nobody plans by the difference between 300 and 299."""
    if left <= 0:
        return _("Sold out")
    if left > FEW:
        return _("Available")
    return ngettext("%(number)d place left", "%(number)d places left", left) % {"number": left}


def places_in_words(on_sale: TicketTypeOnSale, event: Event) -> str:
    """The description, how many are left, and when the sale ends."""
    parts = [str(on_sale.ticket_type.description), places_left_in_words(on_sale, event)]
    return " · ".join(part for part in parts if part)


def places_left_in_words(on_sale: TicketTypeOnSale, event: Event) -> str:
    ticket_type = on_sale.ticket_type
    if not on_sale.is_on_sale:
        return _("Not on sale now")
    left = left_in_words(on_sale.places_left)
    if not ticket_type.sale_ends_at or on_sale.places_left <= 0:
        return left
    ends = _("until %(moment)s") % {"moment": moment_in_words(ticket_type.sale_ends_at, event)}
    return f"{left} · {ends}"


def workshop_in_words(on_sale: WorkshopOnSale, event: Event) -> str:
    """When and where it is, and how many seats are left."""
    session = on_sale.workshop.session
    parts = []
    if session and session.starts_at:
        day = day_in_words(session.starts_at.astimezone(event.zone).date())
        parts.append(f"{day}, {clock(session.starts_at, event)}")
        if session.room:
            parts.append(session.room.name)
    parts.append(left_in_words(on_sale.seats_left))
    return " · ".join(parts)


def standing_in_words(one: EventOnOffer) -> str:
    """How an event stands with its registration; nothing if nothing was said yet."""
    if one.standing is Standing.OPENS_LATER and one.opens_at:
        day = day_in_words(one.opens_at.astimezone(one.event.zone).date())
        return _("Registration opens on %(day)s") % {"day": day}
    if one.standing is Standing.OPEN:
        return left_in_words(one.places_left)
    return {
        Standing.WAITING_LIST: _("Waiting list"),
        Standing.SOLD_OUT: _("Sold out"),
        Standing.CLOSED: _("Registration is closed"),
    }.get(one.standing, "")


def price_from_in_words(one: EventOnOffer, language: str) -> str:
    """The lowest price in each currency; nothing while nothing can be bought any more."""
    if one.standing in (Standing.CLOSED, Standing.NOT_ANNOUNCED):
        return ""
    if one.is_free:
        return _("Free of charge")
    prices = " / ".join(price.written(language) for price in one.prices_from)
    return _("from %(price)s") % {"price": prices} if prices else ""
