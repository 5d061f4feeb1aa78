"""Prices and places in words, for the event page and the form."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from i18nfield.strings import LazyI18nString

from conference.kernel.money import Money
from conference.models import Event
from conference.templatetags.presentation import clock, day_in_words, moment_in_words
from registration.models import Workshop
from registration.queries.coming_events import EventOnOffer
from registration.queries.offers import TicketOffer, WorkshopOffer
from registration.rules.coming import Standing
from registration.states import IncomeGroup, Profession

FEW = 20
NO_BREAK = "\N{NO-BREAK SPACE}"


def price_in_words(price: Money, language: str) -> str:
    return price.written(language) if price.amount_minor else _("Free of charge")


def left_in_words(left: int) -> str:
    """Few are counted, many are not: nobody plans by the difference between 300 and 299."""
    if left <= 0:
        return _("Sold out")
    if left > FEW:
        return _("Available")
    return ngettext("%(number)d place left", "%(number)d places left", left) % {"number": left}


def places_left_in_words(offer: TicketOffer, event: Event) -> str:
    """How many are left, and when the sale begins or ends."""
    ticket_type = offer.ticket_type
    if not offer.is_on_sale:
        if ticket_type.sale_starts_at:
            moment = moment_in_words(ticket_type.sale_starts_at, event)
            return _("On sale from %(moment)s") % {"moment": moment}
        return _("Not on sale now")
    left = left_in_words(offer.places_left)
    if not ticket_type.sale_ends_at or offer.places_left <= 0:
        return left
    ends = _("on sale until %(moment)s") % {
        "moment": moment_in_words(ticket_type.sale_ends_at, event)
    }
    return f"{left} · {ends}"


def reason_in_words(reason: dict[str, Any], *, discount: bool = True) -> str:
    """
    Why a price is the one it is: “Resident physician, lower-middle income, early”.

    `reason` is what was frozen with the price; `discount` adds the code or group discount.
    """
    parts = []
    if profession := reason.get("profession"):
        parts.append(_word_of(Profession, profession))
    if group := reason.get("income_group"):
        parts.append(_word_of(IncomeGroup, group))
    if phase := reason.get("phase"):
        parts.append(str(LazyI18nString(phase)))
    if society := reason.get("society"):
        parts.append(_("member of %(society)s") % {"society": society})
    if discount:
        parts += discount_in_words(reason)
    return _as_one_sentence(parts)


def discount_in_words(reason: dict[str, Any]) -> list[str]:
    if code := reason.get("voucher"):
        return [_("with the code %(code)s") % {"code": code}]
    if percent := reason.get("group_percent"):
        return [_("%(percent)d %% less as a group") % {"percent": percent}]
    return []


def later_in_words(offer: TicketOffer, event: Event, language: str) -> str:
    """What it costs after the next change of phase; nothing if it stays as it is."""
    if offer.later is None:
        return ""
    return _("Until %(moment)s, then %(price)s.") % {
        "moment": moment_in_words(offer.later.starts_at, event),
        "price": price_in_words(offer.later.price, language).replace(" ", NO_BREAK),
    }


def _word_of(words: type[TextChoices], value: str) -> str:
    return str(words(value).label) if value in words.values else value


def _as_one_sentence(parts: list[str]) -> str:
    """Words with capitals of their own, such as names of societies, keep them."""
    small = [part if part[1:2].isupper() else part[:1].lower() + part[1:] for part in parts]
    return _capital(", ".join(part for part in small if part))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def workshop_in_words(offer: WorkshopOffer, event: Event) -> str:
    """When and where it is, and how many seats are left."""
    parts = [when_and_where(offer.workshop, event), left_in_words(offer.seats_left)]
    return " · ".join(part for part in parts if part)


def when_and_where(workshop: Workshop, event: Event) -> str:
    session = workshop.session
    if not session or not session.starts_at:
        return ""
    day = day_in_words(session.starts_at.astimezone(event.zone).date())
    when = f"{day}, {clock(session.starts_at, event)}"
    return f"{when} · {session.room.name}" if session.room else when


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
