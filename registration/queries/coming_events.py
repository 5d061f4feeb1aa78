"""Events as somebody sees them who looks for one: congresses, courses, what they cost, what is left."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from i18nfield.strings import LazyI18nString

from conference.kernel.errors import InputRefused
from conference.kernel.money import Money
from conference.kernel.rich_text import clean_line
from conference.models import Event
from conference.states import EventKind, EventSubject
from registration.models import Price, Quota, Registration, RegistrationPolicy, TicketType
from registration.rules.coming import (
    Standing,
    months_between,
    places_within,
    prices_from,
    standing_of,
)
from registration.rules.sale import is_on_sale
from registration.states import OrderState
from schedule.rules import LONGEST_QUERY, search_text_of, search_words

_MONTH = re.compile(r"2[0-9]{3}-(0[1-9]|1[0-2])")
_COUNTRY = re.compile(r"[A-Z]{2}")


class FilterRefused(InputRefused):
    code = "invalid_choice"


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a reader chose; empty means all."""

    kind: str = ""
    subject: str = ""
    country: str = ""
    month: str = ""
    language: str = ""
    query: str = ""

    @property
    def is_empty(self) -> bool:
        return self == EventFilter()

    @property
    def address(self) -> str:
        """The one way to write this choice behind the `?` of an address."""
        parts = {
            "kind": self.kind,
            "subject": self.subject,
            "country": self.country,
            "month": self.month,
            "language": self.language,
            "q": self.query,
        }
        return urlencode({name: text for name, text in parts.items() if text})


def read_event_filter(values: Mapping[str, str]) -> EventFilter:
    """
    The choice that an address makes; names that mean nothing here are passed over.

    :raises InputRefused: for a value that no link of ours could have.
    """
    if len(values.get("q", "")) > LONGEST_QUERY:
        raise FilterRefused(
            _("Search with at most %(longest)d characters.") % {"longest": LONGEST_QUERY},
            field="q",
        )
    return EventFilter(
        kind=_one_of(values, "kind", EventKind.values),
        subject=_one_of(values, "subject", EventSubject.values),
        country=_like(values, "country", _COUNTRY),
        month=_like(values, "month", _MONTH),
        language=_one_of(values, "language", [code for code, _name in settings.LANGUAGES]),
        query=clean_line(values.get("q", "")),
    )


def _one_of(values: Mapping[str, str], name: str, known: Collection[str]) -> str:
    text = values.get(name, "")
    if text and text not in known:
        raise _refused(text, name)
    return text


def _like(values: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str:
    text = values.get(name, "")
    if text and not pattern.fullmatch(text):
        raise _refused(text, name)
    return text


def _refused(text: str, name: str) -> FilterRefused:
    return FilterRefused(_("“%s” is not among the choices.") % clean_line(text)[:40], field=name)


@dataclass(frozen=True, slots=True)
class EventOnOffer:
    """An event with its registration in a few words. `places_left` is what is on sale now."""

    event: Event
    standing: Standing
    opens_at: dt.datetime | None
    prices_from: list[Money]
    is_free: bool
    places_left: int

    @property
    def months(self) -> list[str]:
        return months_between(self.event.first_day, self.event.last_day)


@dataclass(frozen=True, slots=True)
class EventGroup:
    """A congress with the courses that belong to it, or an event alone."""

    lead: EventOnOffer
    courses: list[EventOnOffer] = field(default_factory=list)

    @property
    def month(self) -> dt.date:
        return self.lead.event.first_day.replace(day=1)


def coming_events(*, at: dt.datetime) -> list[EventOnOffer]:
    """What the public may see and is not over, the next one first, in five queries."""
    events = Event.objects.published().coming(on=at.date())
    return _on_offer(events.select_related("venue", "congress", "registration_policy"), at=at)


def past_events(*, at: dt.datetime) -> list[EventOnOffer]:
    """What is over, the last one first. Nothing of it is on offer any more: one query."""
    events = Event.objects.published().filter(last_day__lt=at.date())
    return [
        EventOnOffer(event, Standing.CLOSED, None, [], is_free=False, places_left=0)
        for event in events.select_related("venue", "congress").order_by("-first_day", "pk")
    ]


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """What is sold at several events, by event; read in as many queries as there are tables."""

    ticket_types: dict[int, list[TicketType]]
    prices: dict[int, list[Price]]
    quotas: dict[int, list[tuple[int, set[int]]]]
    overdue: dict[int, int]


def _on_offer(events: Iterable[Event], *, at: dt.datetime) -> list[EventOnOffer]:
    events = list(events)
    catalogue = _Catalogue(
        ticket_types=defaultdict(list),
        prices=defaultdict(list),
        quotas=defaultdict(list),
        overdue=_overdue_places(events, at=at),
    )
    for ticket_type in TicketType.objects.filter(event__in=events, is_offered=True).order_by("pk"):
        catalogue.ticket_types[ticket_type.event_id].append(ticket_type)
    for price in Price.objects.filter(
        Q(phase__isnull=True) | Q(phase__ends_at__gt=at),
        event__in=events,
        ticket_type__isnull=False,
    ):
        catalogue.prices[price.event_id].append(price)
    sharing = Quota.objects.filter(event__in=events).annotate(
        members=ArrayAgg("ticket_types", default=[])
    )
    for quota in sharing:
        catalogue.quotas[quota.event_id].append((quota.left, set(quota.members)))
    return [_one_on_offer(event, catalogue, at=at) for event in events]


def _one_on_offer(event: Event, catalogue: _Catalogue, *, at: dt.datetime) -> EventOnOffer:
    policy: RegistrationPolicy | None = getattr(event, "registration_policy", None)
    offered = catalogue.ticket_types[event.pk]
    shown = [each for each in offered if _is_shown(each, offered, at=at)]
    left = {
        each.pk: each.places_left + catalogue.overdue.get(each.pk, 0)
        for each in shown
        if is_on_sale(each, at=at) and not each.waiting
    }
    places_left = places_within(left, catalogue.quotas[event.pk])
    standing = standing_of(
        policy,
        has_tickets=bool(offered),
        places_left=places_left,
        people_wait=any(each.waiting for each in shown),
        at=at,
    )
    cells = [each for each in catalogue.prices[event.pk] if each.ticket_type_id in _ids(shown)]
    prices = [each.price for each in shown] + [cell.money for cell in cells]
    return EventOnOffer(
        event=event,
        standing=standing,
        opens_at=policy.opens_at if policy and standing is Standing.OPENS_LATER else None,
        prices_from=prices_from(prices),
        is_free=bool(prices) and not any(price.amount_minor for price in prices),
        places_left=places_left if standing is Standing.OPEN else 0,
    )


def _ids(ticket_types: Iterable[TicketType]) -> set[int]:
    return {each.pk for each in ticket_types}


def _is_shown(ticket_type: TicketType, offered: list[TicketType], *, at: dt.datetime) -> bool:
    """Whether somebody without a code is told of it, now or before its sale begins."""
    waits_for = ticket_type.shown_after_id
    return (
        not ticket_type.needs_code
        and (ticket_type.shown_from is None or at >= ticket_type.shown_from)
        and (ticket_type.sale_ends_at is None or at < ticket_type.sale_ends_at)
        and not any(each.pk == waits_for and each.places_left > 0 for each in offered)
    )


def _overdue_places(events: list[Event], *, at: dt.datetime) -> dict[int, int]:
    """Places by ticket type whose hold is over: the next buyer gets them."""
    held = Registration.objects.filter(
        event__in=events, order__state=OrderState.PENDING, order__expires_at__lte=at
    )
    counted = held.values("ticket_type").annotate(places=Count("pk")).order_by()
    return {line["ticket_type"]: line["places"] for line in counted}


def events_matching(events: Iterable[EventOnOffer], chosen: EventFilter) -> list[EventOnOffer]:
    """Which of them a reader asked for. Words are found without their accents, in any language."""
    words = search_words(chosen.query)
    return [
        one
        for one in events
        if chosen.kind in ("", one.event.kind)
        and (not chosen.subject or chosen.subject in one.event.subjects)
        and chosen.country in ("", one.event.venue.country.code)
        and (not chosen.month or chosen.month in one.months)
        and (not chosen.language or chosen.language in one.event.languages)
        and (not words or all(word in _searchable(one.event) for word in words))
    ]


def _searchable(event: Event) -> str:
    venue = event.venue
    texts = [
        *_in_every_language(event.name),
        *_in_every_language(event.summary),
        event.short_name,
        event.organiser_name,
        *event.subject_words,
        venue.name,
        venue.city,
        str(venue.country.name),
    ]
    return search_text_of(*texts)


def _in_every_language(text: LazyI18nString | str) -> list[str]:
    data = getattr(text, "data", text)
    return [str(each) for each in data.values()] if isinstance(data, dict) else [str(data or "")]


def grouped(events: Iterable[EventOnOffer]) -> list[EventGroup]:
    """Each congress with its courses, where both are there; everything else stands alone."""
    events = list(events)
    groups = {one.event.pk: EventGroup(one) for one in events}
    for one in events:
        congress = groups.get(one.event.congress_id or 0)
        if congress is not None:
            congress.courses.append(one)
            del groups[one.event.pk]
    return list(groups.values())
