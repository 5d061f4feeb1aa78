"""What buyers ask for, made sense of in as few queries as there are tables: they come in crowds."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from conference.kernel.money import Money
from conference.kernel.ready_query import ReadyQuery
from conference.models import Event
from registration.models import (
    OF_TICKET,
    TO_BE_PROVED,
    RegistrationPolicy,
    SocietyMember,
    TicketType,
    TicketVariation,
    Voucher,
    Workshop,
    offered_at,
)
from registration.queries.catalogue import Catalogue, catalogue_of
from registration.queries.vouchers import voucher_for
from registration.rules.attendees import AttendeeDetails
from registration.rules.income import income_edition, income_group_of
from registration.rules.pricing import (
    Circumstances,
    after_group_discount,
    after_voucher,
    group_percent,
    phase_at,
    price_for,
    price_without_status,
)
from registration.rules.questions import cleaned_answers
from registration.rules.refusals import (
    NotForThisProfession,
    NothingLikeIt,
    NotOnSale,
    NotSoldInThisCurrency,
    SoldOut,
    TooManyInOneOrder,
    VoucherRefused,
    WorkshopFull,
)
from registration.rules.sale import is_on_sale, require_registration_open

MOST_PEOPLE = 50
_TICKET_TYPE = ReadyQuery(
    lambda slug, event_slug: (
        TicketType.objects.filter(slug=slug, event__slug=event_slug)
        .select_related("event__venue", "event__registration_policy", "event__ways_of_payment")
        .order_by()
    ),
    slug="?slug",
    event_slug="?event",
)


@dataclass(frozen=True, slots=True)
class PersonWish:
    """
    What one person asks for, by the names that stand in addresses. `answers` are by slug.

    While she only looks at prices her e-mail may be empty: then what she says is believed, that
    she is a member of `society_id`, and that a code for one address is hers.
    """

    attendee: AttendeeDetails
    ticket_type: str
    variation: str = ""
    workshops: Sequence[str] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    society_id: int | None = None


@dataclass(frozen=True, slots=True)
class WishedPlace:
    """One person's wish with what it is and costs. `list_price` is before code and group discount."""

    attendee: AttendeeDetails
    ticket_type: TicketType
    variation: TicketVariation | None
    workshops: list[Workshop]
    workshop_prices: list[Money]
    list_price: Money
    price: Money
    reason: dict[str, Any]
    income_group: str
    uses_voucher: bool
    answers: dict[int, Any]
    quota_ids: list[tuple[int, int | None]]  # with the workshop that brings it, if one does
    unproved: "TicketPrice | None" = None  # what it costs if she does not prove what she is

    @property
    def total_minor(self) -> int:
        return self.price.amount_minor + sum(price.amount_minor for price in self.workshop_prices)

    @property
    def priced_workshops(self) -> list[tuple[Workshop, Money]]:
        return list(zip(self.workshops, self.workshop_prices, strict=True))

    @property
    def discount_minor(self) -> int:
        return self.list_price.amount_minor - self.price.amount_minor


@dataclass(frozen=True, slots=True)
class Wish:
    event: Event
    policy: RegistrationPolicy
    currency: str
    places: list[WishedPlace]
    voucher: Voucher | None
    income_edition: str

    @property
    def total(self) -> Money:
        return Money(sum(place.total_minor for place in self.places), self.currency)


def wish_of(
    *,
    event_slug: str,
    people: Sequence[PersonWish],
    currency: str,
    voucher_code: str,
    at: dt.datetime,
    asks_questions: bool = True,
    beside: Mapping[str, int] = MappingProxyType({}),
) -> Wish:
    """
    What these people want, priced. An empty currency is the first ticket's own. Only to look at a
    price, without `asks_questions`, nothing is required of the answers. `beside` says how many of each
    ticket (by slug) an order holds already to which these people are added.

    :raises NothingLikeIt, NotOnSale, NotForThisProfession, TooManyInOneOrder, VoucherRefused:
        if it cannot be sold like this; `AnswerRefused` if a question is not answered well.
    """
    number_of_people = len(people) + sum(beside.values())
    if not people or number_of_people > MOST_PEOPLE:
        raise TooManyInOneOrder(
            _("One order is for 1 to %(most)d people.") % {"most": MOST_PEOPLE}, field="people"
        )
    ticket_types = _ticket_types(event_slug, people)
    first = ticket_types[people[0].ticket_type]
    event = first.event
    policy: RegistrationPolicy | None = getattr(event, "registration_policy", None)
    if policy is None:
        raise NotOnSale(_("Registration has not opened yet."))
    require_registration_open(policy, is_published=event.is_published, at=at)
    catalogue = catalogue_of(policy)
    voucher = voucher_for(event_id=event.pk, code=voucher_code, at=at) if voucher_code else None
    _require_on_sale(ticket_types, people, beside=beside, voucher=voucher, at=at)
    currency = currency or first.currency
    reader = PriceReader(
        catalogue=catalogue,
        workshops=workshops_wished(event, people, ticket_types, catalogue, at=at),
        members=societies_of(catalogue, [wish.attendee.email for wish in people]),
        phase_id=getattr(phase_at(catalogue.phases, at), "pk", None),
        group_percent=group_percent(catalogue.group_discounts, number_of_people),
        currency=currency,
        voucher=voucher,
        voucher_uses_left=voucher.max_uses - voucher.uses if voucher else 0,
        asks_questions=asks_questions,
        to_be_proved=policy.proof_professions,
    )
    places = [reader.place(wish, ticket_types[wish.ticket_type]) for wish in people]
    if voucher and not any(place.uses_voucher for place in places):
        raise VoucherRefused(_("This code cannot be used here."), field="voucher")
    return Wish(event, policy, currency, places, voucher, income_edition())


def _ticket_types(event_slug: str, people: Sequence[PersonWish]) -> dict[str, TicketType]:
    found = {}
    for slug in dict.fromkeys(wish.ticket_type for wish in people):
        ticket_type = _TICKET_TYPE.first(slug=slug, event_slug=event_slug)
        if ticket_type is None:
            raise NothingLikeIt(_("There is no such ticket at this event."), field="ticket_type")
        found[slug] = ticket_type
    return found


def _require_on_sale(
    ticket_types: dict[str, TicketType],
    people: Sequence[PersonWish],
    *,
    beside: Mapping[str, int],
    voucher: Voucher | None,
    at: dt.datetime,
) -> None:
    numbers = Counter(wish.ticket_type for wish in people)
    numbers.update(beside)
    opened = {each.pk for each in voucher.ticket_types.all()} if voucher else set()
    for slug, ticket_type in ticket_types.items():
        is_opened = voucher is not None and (not opened or ticket_type.pk in opened)
        hidden = ticket_type.needs_code and not is_opened
        if hidden or not is_shown(ticket_type, at=at):
            raise NothingLikeIt(_("There is no such ticket at this event."), field="ticket_type")
        if not is_on_sale(ticket_type, at=at):
            raise NotOnSale(_("This ticket is not on sale now."), field="ticket_type")
        if not ticket_type.min_per_order <= numbers[slug] <= ticket_type.max_per_order:
            raise TooManyInOneOrder(
                _("“%(name)s” is sold for %(least)d to %(most)d people in one order.")
                % {
                    "name": ticket_type, "least": ticket_type.min_per_order,
                    "most": ticket_type.max_per_order,
                },
                field="ticket_type",
            )  # fmt: skip
    for wish in people:
        ticket_type = ticket_types[wish.ticket_type]
        if ticket_type.professions and wish.attendee.profession not in ticket_type.professions:
            raise NotForThisProfession(
                _("This ticket is not for your profession."), field="ticket_type"
            )


def is_shown(ticket_type: TicketType, *, at: dt.datetime) -> bool:
    """Whether its hiding time is over and the ticket before it, if there is one, is sold out."""
    if ticket_type.shown_from is not None and at < ticket_type.shown_from:
        return False
    before = ticket_type.shown_after
    return before is None or before.places_left < 1


def workshops_wished(
    event: Event,
    people: Sequence[PersonWish],
    ticket_types: dict[str, TicketType],
    catalogue: Catalogue,
    *,
    at: dt.datetime,
) -> dict[str, Workshop]:
    wanted = {slug for wish in people for slug in wish.workshops}
    for ticket_type in ticket_types.values():
        wanted |= {
            catalogue.workshop(workshop_id).slug
            for workshop_id in catalogue.included_workshops.get(ticket_type.pk, ())
        }
    if not wanted:
        return {}
    found = Workshop.objects.filter(offered_at(at), event=event, slug__in=wanted)
    by_slug = {workshop.slug: workshop for workshop in found}
    if any(slug not in by_slug for wish in people for slug in wish.workshops):
        raise NothingLikeIt(_("There is no such workshop at this event."), field="workshops")
    return by_slug


def societies_of(catalogue: Catalogue, emails: Iterable[str]) -> dict[str, frozenset[int]]:
    """The societies of each person, by her e-mail in lower case."""
    if not catalogue.societies:
        return {}
    addresses = {email.lower() for email in emails}
    found: dict[str, set[int]] = {}
    members = SocietyMember.objects.filter(society__in=catalogue.societies)
    pairs = members.alias(address=Lower("email")).filter(address__in=addresses)
    for email, society_id in pairs.values_list("email", "society_id"):
        found.setdefault(email.lower(), set()).add(society_id)
    return {email: frozenset(societies) for email, societies in found.items()}


@dataclass(frozen=True, slots=True)
class TicketPrice:
    """What a ticket costs somebody, before and after the discount that is part of the reason."""

    list_price: Money
    price: Money
    reason: dict[str, Any]
    discount: dict[str, Any]


@dataclass(slots=True)
class PriceReader:
    """What the prices of one order depend on; counts how often its code may still be used."""

    catalogue: Catalogue
    workshops: dict[str, Workshop]
    members: dict[str, frozenset[int]]
    phase_id: int | None
    group_percent: int
    currency: str
    voucher: Voucher | None
    voucher_uses_left: int
    asks_questions: bool
    to_be_proved: Sequence[str] = ()

    def place(self, wish: PersonWish, ticket_type: TicketType) -> WishedPlace:
        variation = self._variation(wish, ticket_type)
        group = income_group_of(wish.attendee.country)
        person = self.circumstances(wish, variation_id=variation.pk if variation else None)
        ticket = self.ticket_price(ticket_type, person, email=wish.attendee.email)
        unproved = self.unproved_price(ticket_type, person, ticket, email=wish.attendee.email)
        reason = ticket.discount
        uses_voucher = "voucher" in reason or self._opens_or_keeps(ticket_type, wish.attendee.email)
        if uses_voucher:
            self.voucher_uses_left -= 1
        included = set(self.catalogue.included_workshops.get(ticket_type.pk, ()))
        chosen = [
            workshop
            for workshop in self.workshops.values()
            if workshop.slug in wish.workshops or workshop.pk in included
        ]
        chosen.sort(key=lambda workshop: workshop.pk)
        workshop_prices = [
            Money(0, self.currency)
            if workshop.pk in included
            else self.workshop_price(workshop, person)
            for workshop in chosen
        ]
        questions = self.catalogue.questions_for(ticket_type.pk) if self.asks_questions else []
        return WishedPlace(
            attendee=wish.attendee,
            ticket_type=ticket_type,
            variation=variation,
            workshops=chosen,
            workshop_prices=workshop_prices,
            list_price=ticket.list_price,
            price=ticket.price,
            reason=ticket.reason
            | ({TO_BE_PROVED: self._status(ticket_type, person)} if unproved else {}),
            income_group=group or "",
            uses_voucher=uses_voucher,
            answers=cleaned_answers(questions, wish.answers) if questions or wish.answers else {},
            quota_ids=self._quotas(ticket_type, chosen),
            unproved=unproved,
        )

    def circumstances(self, wish: PersonWish, *, variation_id: int | None) -> Circumstances:
        email = wish.attendee.email.lower()
        claimed = frozenset({wish.society_id} if wish.society_id else ())
        return Circumstances(
            profession=wish.attendee.profession,
            income_group=income_group_of(wish.attendee.country) or "",
            phase_id=self.phase_id,
            society_ids=self.members.get(email, frozenset()) if email else claimed,
            variation_id=variation_id,
            currency=self.currency,
        )

    def ticket_price(
        self, ticket_type: TicketType, person: Circumstances, *, email: str
    ) -> TicketPrice:
        """:raises NotSoldInThisCurrency: if it has no price in the currency of the order."""
        cells = self.catalogue.ticket_prices.get(ticket_type.pk, ())
        listed = price_for(ticket_type.price, cells, person)
        price, discount = self._discounted(listed.price, ticket_type, email)
        return TicketPrice(listed.price, price, reason_of(listed.cell, person) | discount, discount)

    @staticmethod
    def _status(ticket_type: TicketType, person: Circumstances) -> str:
        """What is to be proved: her profession, or what her ticket is for."""
        return OF_TICKET if ticket_type.without_proof_id else person.profession

    def unproved_price(
        self, ticket_type: TicketType, person: Circumstances, proved: TicketPrice, *, email: str
    ) -> TicketPrice | None:
        """What the ticket costs without her status; None if that has not to be proved or costs the same."""
        costs_like = ticket_type
        if ticket_type.without_proof_id:
            costs_like = self.catalogue.ticket_type(ticket_type.without_proof_id)
        elif person.profession not in self.to_be_proved:
            return None
        cells = self.catalogue.ticket_prices.get(costs_like.pk, ())
        try:
            listed = price_without_status(costs_like.price, cells, person)
        except NotSoldInThisCurrency:
            return None
        price, discount = self._discounted(listed.price, ticket_type, email)
        if price.amount_minor <= proved.price.amount_minor:
            return None
        return TicketPrice(listed.price, price, reason_of(listed.cell, person) | discount, discount)

    def workshop_price(self, workshop: Workshop, person: Circumstances) -> Money:
        cells = self.catalogue.workshop_prices.get(workshop.pk, ())
        return price_for(workshop.price, cells, person).price

    def _variation(self, wish: PersonWish, ticket_type: TicketType) -> TicketVariation | None:
        offered = [
            each for each in self.catalogue.variations.get(ticket_type.pk, ()) if each.is_offered
        ]
        if not offered and not wish.variation:
            return None
        for variation in offered:
            if variation.slug == wish.variation:
                return variation
        raise NothingLikeIt(_("Please choose one of the kinds of this ticket."), field="variation")

    def _discounted(
        self, price: Money, ticket_type: TicketType, email: str
    ) -> tuple[Money, dict[str, Any]]:
        """The better of the code and the group discount; they do not add up."""
        best = price
        reason: dict[str, Any] = {}
        if self.group_percent:
            best = after_group_discount(price, self.group_percent)
            reason = {"group_percent": self.group_percent}
        if self.voucher and self._may_use(ticket_type, email):
            with_code = after_voucher(price, self.voucher)
            if with_code.amount_minor < best.amount_minor:
                best, reason = with_code, {"voucher": self.voucher.code}
        return best, reason

    def _may_use(self, ticket_type: TicketType, email: str) -> bool:
        voucher = self.voucher
        if voucher is None or self.voucher_uses_left < 1:
            return False
        if voucher.email and email and voucher.email.casefold() != email.casefold():
            return False
        only = {each.pk for each in voucher.ticket_types.all()}
        return not only or ticket_type.pk in only

    def _opens_or_keeps(self, ticket_type: TicketType, email: str) -> bool:
        voucher = self.voucher
        if voucher is None or not self._may_use(ticket_type, email):
            return False
        keeps = voucher.keeps_places_of_id == ticket_type.pk and voucher.places_kept > 0
        return keeps or ticket_type.needs_code

    def _quotas(
        self, ticket_type: TicketType, workshops: list[Workshop]
    ) -> list[tuple[int, int | None]]:
        found: list[tuple[int, int | None]] = [
            (quota_id, None) for quota_id in self.catalogue.ticket_quotas.get(ticket_type.pk, ())
        ]
        for workshop in workshops:
            found += [
                (quota_id, workshop.pk)
                for quota_id in self.catalogue.workshop_quotas.get(workshop.pk, ())
            ]
        return found


def reason_of(cell: Any, person: Circumstances) -> dict[str, Any]:
    """What decided a price, as it is frozen with it: only what the cell names."""
    if cell is None:
        return {}
    named = {
        "profession": cell.profession,
        "income_group": cell.income_group,
        "phase": _name(cell.phase) if cell.phase_id else "",
        "society": cell.society.name if cell.society_id else "",
        "variation": cell.variation_id is not None and person.variation_id,
    }
    return {key: value for key, value in named.items() if value}


def _name(phase: Any) -> Any:
    return phase.name.data if hasattr(phase.name, "data") else str(phase.name)


def require_seats_in_sight(wish: Wish) -> None:
    """
    Look without a lock: it spares the writes of an order that could not get its seats.

    The conditional update decides.

    :raises SoldOut, WorkshopFull: if there are none.
    """
    kept = wish.voucher.places_kept if wish.voucher else 0
    for ticket_type, number in Counter(place.ticket_type for place in wish.places).items():
        keeps = wish.voucher is not None and wish.voucher.keeps_places_of_id == ticket_type.pk
        if ticket_type.places_left + (kept if keeps else 0) < number:
            raise SoldOut(
                _("There is no place of this kind left.")
                if number == 1
                else _("There are not so many places of this kind left."),
                field="ticket_type",
            )
    for workshop, number in Counter(
        workshop for place in wish.places for workshop in place.workshops
    ).items():
        if workshop.seats_left < number:
            raise WorkshopFull(
                _("The workshop “%(name)s” has no seat left.") % {"name": workshop},
                field="workshops",
            )
