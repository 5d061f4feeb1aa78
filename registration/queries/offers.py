"""What an event offers to one person: every ticket with her price and the reason for it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.functional import cached_property

from conference.kernel.money import Money
from conference.models import Event
from registration.models import (
    PricePhase,
    Question,
    Quota,
    RegistrationPolicy,
    Society,
    TicketType,
    TicketVariation,
    Voucher,
    Workshop,
)
from registration.queries.catalogue import Catalogue, catalogue_of
from registration.queries.orders import (
    TicketTypeOnSale,
    WorkshopOnSale,
    ticket_types_shown,
    workshops_offered,
)
from registration.queries.vouchers import voucher_for
from registration.queries.wishes import PersonWish, PriceReader, TicketPrice
from registration.rules.attendees import AttendeeDetails
from registration.rules.pricing import currencies_of, phase_at
from registration.rules.refusals import NotSoldInThisCurrency, VoucherRefused
from registration.states import BookingState, OrderState


@dataclass(frozen=True, slots=True)
class Asker:
    """What somebody said about herself before she types anything. All of it may be empty."""

    country: str = ""
    profession: str = ""
    society_id: int | None = None
    currency: str = ""
    voucher_code: str = ""

    def as_wish(self, ticket_type: str = "") -> PersonWish:
        nobody = AttendeeDetails("", "", "", self.profession, self.country)
        return PersonWish(nobody, ticket_type, society_id=self.society_id)


@dataclass(frozen=True, slots=True)
class LaterPrice:
    """What it costs from that moment on."""

    starts_at: dt.datetime
    price: Money


@dataclass(frozen=True, slots=True)
class TicketOffer:
    """A ticket type, or one variation of it, to one person. `price` is None in a wrong currency."""

    ticket_type: TicketType
    variation: TicketVariation | None
    places_left: int
    is_on_sale: bool
    price: TicketPrice | None
    later: LaterPrice | None
    included: list[Workshop]

    @property
    def value(self) -> str:
        """How forms and addresses call it."""
        return ticket_value(self.ticket_type, self.variation)

    @property
    def name(self) -> str:
        return f"{self.ticket_type} · {self.variation}" if self.variation else str(self.ticket_type)

    @property
    def is_available(self) -> bool:
        return self.is_on_sale and self.places_left > 0 and self.price is not None

    def is_for(self, profession: str) -> bool:
        only = self.ticket_type.professions
        return not profession or not only or profession in only


@dataclass(frozen=True, slots=True)
class WorkshopOffer:
    workshop: Workshop
    seats_left: int
    price: Money | None

    @property
    def is_available(self) -> bool:
        return self.seats_left > 0 and self.price is not None


@dataclass(frozen=True)
class OfferToHer:
    """`next_deadline` is the next moment at which something ends or its price rises."""

    asker: Asker
    tickets: list[TicketOffer]
    workshops: list[WorkshopOffer]
    currencies: list[str]
    currency: str
    societies: list[Society]
    group_discounts: list[tuple[int, int]]
    policy: RegistrationPolicy | None
    voucher: Voucher | None
    is_open: bool
    opens_at: dt.datetime | None
    next_deadline: dt.datetime | None

    @property
    def may_register(self) -> bool:
        return self.is_open and any(each.is_available for each in self.tickets)

    @property
    def is_sold_out(self) -> bool:
        on_sale = [each for each in self.tickets if each.is_on_sale]
        return self.is_open and bool(on_sale) and all(each.places_left < 1 for each in on_sale)

    @property
    def tickets_for_her(self) -> list[TicketOffer]:
        return [each for each in self.tickets if each.is_for(self.asker.profession)]

    @cached_property
    def voucher_is_refused(self) -> bool:
        """The same whether the code is unknown, over, used up or for nothing that is offered."""
        if not self.asker.voucher_code:
            return False
        return self.voucher is None or not any(
            self._helps(self.voucher, each) for each in self.tickets
        )

    @staticmethod
    def _helps(voucher: Voucher, offer: TicketOffer) -> bool:
        lowers = offer.price is not None and "voucher" in offer.price.discount
        keeps = voucher.keeps_places_of_id == offer.ticket_type.pk and voucher.places_kept > 0
        return lowers or keeps or offer.ticket_type.needs_code


def ticket_value(ticket_type: TicketType, variation: TicketVariation | None) -> str:
    return f"{ticket_type.slug}.{variation.slug}" if variation else ticket_type.slug


def offer_to(event: Event, asker: Asker, *, at: dt.datetime) -> OfferToHer:
    """In a number of queries that does not grow with what is sold."""
    return shop_of(event, voucher_code=asker.voucher_code, at=at).offer_to(asker)


@dataclass(frozen=True, slots=True)
class Shop:
    """What is sold now, read once; the price for each person is worked out without a query."""

    event: Event
    policy: RegistrationPolicy | None
    catalogue: Catalogue | None
    voucher: Voucher | None
    shown: list[TicketTypeOnSale]
    workshops: list[WorkshopOnSale]
    counter: "_Counter | None"
    at: dt.datetime

    def offer_to(self, asker: Asker) -> OfferToHer:
        policy, catalogue, counter, at = self.policy, self.catalogue, self.counter, self.at
        if policy is None or catalogue is None or counter is None:
            return _nothing_to(asker)
        currencies = _currencies(catalogue, [each.ticket_type for each in self.shown])
        currency = asker.currency if asker.currency in currencies else next(iter(currencies), "USD")
        teller = _Teller(
            catalogue=catalogue, asker=asker, currency=currency, voucher=self.voucher,
            workshops=self.workshops, at=at,
        )  # fmt: skip
        tickets = [
            teller.ticket(each, variation, counter.places_left(each, variation))
            for each in self.shown
            for variation in counter.variations(each.ticket_type)
        ]
        is_open = self.event.is_published and policy.opens_at <= at < policy.closes_at
        return OfferToHer(
            asker=asker,
            tickets=tickets,
            workshops=[teller.workshop(each, counter.seats_left(each)) for each in self.workshops],
            currencies=currencies,
            currency=currency,
            societies=catalogue.societies,
            group_discounts=sorted(catalogue.group_discounts),
            policy=policy,
            voucher=self.voucher,
            is_open=is_open,
            opens_at=policy.opens_at if at < policy.opens_at else None,
            next_deadline=_next_deadline(tickets, policy) if is_open else None,
        )

    def questions_for(self, ticket_type_id: int) -> list[Question]:
        return self.catalogue.questions_for(ticket_type_id) if self.catalogue else []


def _nothing_to(asker: Asker) -> OfferToHer:
    return OfferToHer(
        asker=asker, tickets=[], workshops=[], currencies=[], currency="", societies=[],
        group_discounts=[], policy=None, voucher=None, is_open=False, opens_at=None,
        next_deadline=None,
    )  # fmt: skip


def shop_of(event: Event, *, voucher_code: str, at: dt.datetime) -> Shop:
    policy = RegistrationPolicy.objects.filter(event=event).first()
    if policy is None:
        return Shop(event, None, None, None, [], [], None, at)
    catalogue = catalogue_of(policy)
    voucher = _voucher(event, voucher_code, at=at)
    shown = [
        each
        for each in ticket_types_shown(event, at=at)
        if each.ticket_type.is_offered
        and (not each.ticket_type.needs_code or _opens(voucher, each.ticket_type))
        and not _is_over(each.ticket_type, at=at)
    ]
    workshops = workshops_offered(event, at=at)
    counter = _Counter.of(event, catalogue, voucher, at=at)
    return Shop(event, policy, catalogue, voucher, shown, workshops, counter, at)


def _voucher(event: Event, code: str, *, at: dt.datetime) -> Voucher | None:
    try:
        return voucher_for(event_id=event.pk, code=code, at=at) if code else None
    except VoucherRefused:
        return None


def _opens(voucher: Voucher | None, ticket_type: TicketType) -> bool:
    if voucher is None:
        return False
    only = {each.pk for each in voucher.ticket_types.all()}
    return not only or ticket_type.pk in only


def _is_over(ticket_type: TicketType, *, at: dt.datetime) -> bool:
    return ticket_type.sale_ends_at is not None and at >= ticket_type.sale_ends_at


def _currencies(catalogue: Catalogue, ticket_types: Iterable[TicketType]) -> list[str]:
    """Every currency something is sold in; the first ticket's own comes first."""
    found: dict[str, None] = {}
    for ticket_type in ticket_types:
        if ticket_type.price_minor:
            found[ticket_type.currency] = None
    for ticket_type in ticket_types:
        cells = catalogue.ticket_prices.get(ticket_type.pk, ())
        found |= dict.fromkeys(sorted(currencies_of(ticket_type.currency, cells)))
    return list(found)


def _next_deadline(tickets: list[TicketOffer], policy: RegistrationPolicy) -> dt.datetime:
    available = [each for each in tickets if each.is_available]
    ends = [each.ticket_type.sale_ends_at for each in available]
    rises = [each.later.starts_at for each in available if each.later]
    return min(end for end in [*ends, *rises, policy.closes_at] if end)


@dataclass(frozen=True, slots=True)
class _Counter:
    """What is left of shared limits and variations. Overdue holds count as free."""

    catalogue: Catalogue
    voucher: Voucher | None
    quotas_left: dict[int, int]
    variations_by_ticket: dict[int, list[TicketVariation]]

    @classmethod
    def of(
        cls, event: Event, catalogue: Catalogue, voucher: Voucher | None, *, at: dt.datetime
    ) -> "_Counter":
        overdue = Count(
            "places",
            filter=Q(
                places__state=BookingState.ACTIVE,
                places__registration__order__state=OrderState.PENDING,
                places__registration__order__expires_at__lte=at,
            ),
        )
        quotas = Quota.objects.filter(event=event).annotate(overdue=overdue).order_by()
        grouped = defaultdict(list)
        if catalogue.variations:
            offered = TicketVariation.objects.filter(event=event, is_offered=True)
            for variation in offered.order_by("sort_key", "pk"):
                grouped[variation.ticket_type_id].append(variation)
        return cls(
            catalogue,
            voucher,
            {each.pk: each.size - each.taken + each.overdue for each in quotas},
            dict(grouped),
        )

    def variations(self, ticket_type: TicketType) -> list[TicketVariation] | list[None]:
        return self.variations_by_ticket.get(ticket_type.pk) or [None]

    def places_left(self, on_sale: TicketTypeOnSale, variation: TicketVariation | None) -> int:
        ticket_type = on_sale.ticket_type
        limits = [
            self.quotas_left[pk] for pk in self._of(self.catalogue.ticket_quotas, ticket_type)
        ]
        kept = 0
        if self.voucher and self.voucher.keeps_places_of_id == ticket_type.pk:
            kept = self.voucher.places_kept
        if variation and variation.places is not None:
            limits.append(variation.places - variation.places_taken)
        return max(min([on_sale.places_left + kept, *limits]), 0)

    def seats_left(self, on_sale: WorkshopOnSale) -> int:
        its = self._of(self.catalogue.workshop_quotas, on_sale.workshop)
        return max(min([on_sale.seats_left, *(self.quotas_left[pk] for pk in its)]), 0)

    def _of(self, quotas: dict[int, list[int]], product: TicketType | Workshop) -> list[int]:
        return [pk for pk in quotas.get(product.pk, ()) if pk in self.quotas_left]


class _Teller:
    """Says prices to one person, now and after the next change of phase."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        asker: Asker,
        currency: str,
        voucher: Voucher | None,
        workshops: list[WorkshopOnSale],
        at: dt.datetime,
    ) -> None:
        self.catalogue = catalogue
        self.wish = asker.as_wish()
        self.workshops = {each.workshop.pk: each.workshop for each in workshops}
        self.changes_at = _next_change(catalogue.phases, at)
        self.now = self._reader(currency, voucher, at)
        self.later = self._reader(currency, voucher, self.changes_at) if self.changes_at else None

    def _reader(self, currency: str, voucher: Voucher | None, at: dt.datetime) -> PriceReader:
        return PriceReader(
            catalogue=self.catalogue,
            workshops={},
            members={},
            phase_id=getattr(phase_at(self.catalogue.phases, at), "pk", None),
            group_percent=0,
            currency=currency,
            voucher=voucher,
            voucher_uses_left=voucher.max_uses - voucher.uses if voucher else 0,
            asks_questions=False,
        )

    def ticket(
        self, on_sale: TicketTypeOnSale, variation: TicketVariation | None, places_left: int
    ) -> TicketOffer:
        ticket_type = on_sale.ticket_type
        price = self._price(self.now, ticket_type, variation)
        later = None
        ends_at = ticket_type.sale_ends_at
        if self.later and self.changes_at and (ends_at is None or self.changes_at < ends_at):
            then = self._price(self.later, ticket_type, variation)
            if price and then and then.price != price.price:
                later = LaterPrice(self.changes_at, then.price)
        included = self.catalogue.included_workshops.get(ticket_type.pk, ())
        return TicketOffer(
            ticket_type=ticket_type,
            variation=variation,
            places_left=places_left,
            is_on_sale=on_sale.is_on_sale,
            price=price,
            later=later,
            included=[self.workshops[pk] for pk in included if pk in self.workshops],
        )

    def _price(
        self, reader: PriceReader, ticket_type: TicketType, variation: TicketVariation | None
    ) -> TicketPrice | None:
        person = reader.circumstances(self.wish, variation_id=variation.pk if variation else None)
        try:
            return reader.ticket_price(ticket_type, person, email="")
        except NotSoldInThisCurrency:
            return None

    def workshop(self, on_sale: WorkshopOnSale, seats_left: int) -> WorkshopOffer:
        person = self.now.circumstances(self.wish, variation_id=None)
        try:
            price = self.now.workshop_price(on_sale.workshop, person)
        except NotSoldInThisCurrency:
            price = None
        return WorkshopOffer(on_sale.workshop, seats_left, price)


def _next_change(phases: Iterable[PricePhase], at: dt.datetime) -> dt.datetime | None:
    """When the phase that holds now ends, or the next one begins."""
    moments = [moment for phase in phases for moment in (phase.starts_at, phase.ends_at)]
    return min((moment for moment in moments if moment > at), default=None)
