"""What a group asks for, made sense of and priced: many seats alike, for people not known yet."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django_countries import countries

from conference.kernel.money import Money
from conference.models import Event
from registration.models import (
    OF_TICKET,
    TO_BE_PROVED,
    Group,
    RegistrationPolicy,
    TicketType,
    Workshop,
)
from registration.queries.catalogue import Catalogue, catalogue_of
from registration.queries.wishes import (
    PersonWish,
    PriceReader,
    TicketPrice,
    Wish,
    WishedPlace,
    is_shown,
    workshops_wished,
)
from registration.rules.attendees import AttendeeDetails
from registration.rules.groups import FEWEST_SEATS, MOST_SEATS, GroupSeatsRefused
from registration.rules.income import income_edition
from registration.rules.pricing import group_percent, phase_at
from registration.rules.refusals import NotForThisProfession, NothingLikeIt, NotOnSale
from registration.rules.sale import is_on_sale, require_registration_open
from registration.states import Profession


@dataclass(frozen=True, slots=True)
class GroupWish:
    """`place` is one of the seats, with its price; all are alike."""

    event: Event
    policy: RegistrationPolicy
    currency: str
    seats: int
    place: WishedPlace
    income_edition: str

    @property
    def seat_price(self) -> Money:
        return Money(self.place.total_minor, self.currency)

    @property
    def total(self) -> Money:
        return Money(self.place.total_minor * self.seats, self.currency)


def group_wish_of(
    *,
    event_slug: str,
    ticket_type: str,
    variation: str = "",
    workshops: Sequence[str] = (),
    profession: str,
    country: str,
    seats: int,
    currency: str = "",
    at: dt.datetime,
) -> GroupWish:
    """
    So many seats for people of that profession and country of practice, at today's price.

    :raises GroupSeatsRefused: if the event sells no groups, or not of that size.
    :raises NothingLikeIt, NotOnSale, NotForThisProfession, NotSoldInThisCurrency:
    """
    found = _ticket_type(event_slug, ticket_type)
    policy = _policy_of(found)
    require_registration_open(policy, is_published=found.event.is_published, at=at)
    if found.needs_code or not is_shown(found, at=at):
        raise NothingLikeIt(_("There is no such ticket at this event."), field="ticket_type")
    if not is_on_sale(found, at=at):
        raise NotOnSale(_("This ticket is not on sale now."), field="ticket_type")
    if not policy.group_seats:
        raise GroupSeatsRefused(_("This event sells no seats to groups."), field="seats")
    if not FEWEST_SEATS <= seats <= policy.group_seats:
        raise GroupSeatsRefused(
            _("A group has %(least)d to %(most)d seats.")
            % {"least": FEWEST_SEATS, "most": policy.group_seats},
            field="seats",
        )
    if profession not in Profession.values:
        raise NothingLikeIt(_("Please choose a profession of the list."), field="profession")
    if country not in countries:
        raise NothingLikeIt(_("Please choose a country of the list."), field="country")
    if found.professions and profession not in found.professions:
        raise NotForThisProfession(
            _("This ticket is not for your profession."), field="ticket_type"
        )
    person = PersonWish(
        AttendeeDetails("", "", "", profession, country), ticket_type, variation, workshops
    )
    return _wish(found, policy, person, seats=seats, currency=currency, at=at)


def sponsored_wish_of(
    *,
    event_slug: str,
    ticket_type: str,
    variation: str = "",
    workshops: Sequence[str] = (),
    seats: int,
    at: dt.datetime,
) -> GroupWish:
    """
    So many seats as the organisers give them: of any ticket of the event, on sale or not.

    :raises GroupSeatsRefused, NothingLikeIt:
    """
    found = _ticket_type(event_slug, ticket_type)
    policy = _policy_of(found)
    if not 1 <= seats <= MOST_SEATS:
        raise GroupSeatsRefused(
            _("A group has %(least)d to %(most)d seats.") % {"least": 1, "most": MOST_SEATS},
            field="seats",
        )
    nobody = AttendeeDetails("", "", "", "", "")
    person = PersonWish(nobody, ticket_type, variation, workshops)
    return _wish(found, policy, person, seats=seats, currency="", at=at)


def costs_more(group: Group, attendee: AttendeeDetails) -> bool:
    """
    Whether her ticket costs more than that of the people the seats were bought for.

    Both by the same matrix, of the moment of buying: neither a phase that is over nor a price
    that was changed since harms anybody.
    """
    if group.is_sponsored:
        return False
    policy = RegistrationPolicy.objects.get(event=group.event_id)
    reader = _reader(catalogue_of(policy), {}, seats=1, currency=group.currency, at=group.made_at)

    def listed(profession: str, country: str) -> int:
        someone = PersonWish(AttendeeDetails("", "", "", profession, country), "")
        person = reader.circumstances(someone, variation_id=group.variation_id)
        ticket = reader.ticket_price(group.ticket_type, person, email="")
        return ticket.list_price.amount_minor

    bought_for = listed(group.profession, str(group.country))
    return listed(attendee.profession, attendee.country) > bought_for


def _ticket_type(event_slug: str, slug: str) -> TicketType:
    found = (
        TicketType.objects.filter(slug=slug, event__slug=event_slug)
        .select_related("event__venue", "event__registration_policy", "event__ways_of_payment")
        .first()
    )
    if found is None:
        raise NothingLikeIt(_("There is no such ticket at this event."), field="ticket_type")
    return found


def _policy_of(ticket_type: TicketType) -> RegistrationPolicy:
    policy: RegistrationPolicy | None = getattr(ticket_type.event, "registration_policy", None)
    if policy is None:
        raise NotOnSale(_("Registration has not opened yet."))
    return policy


def _reader(
    catalogue: Catalogue,
    workshops: dict[str, Workshop],
    *,
    seats: int,
    currency: str,
    at: dt.datetime,
) -> PriceReader:
    return PriceReader(
        catalogue=catalogue,
        workshops=workshops,
        members={},
        phase_id=getattr(phase_at(catalogue.phases, at), "pk", None),
        group_percent=group_percent(catalogue.group_discounts, seats),
        currency=currency,
        voucher=None,
        voucher_uses_left=0,
        asks_questions=False,
    )


def _wish(
    ticket_type: TicketType,
    policy: RegistrationPolicy,
    person: PersonWish,
    *,
    seats: int,
    currency: str,
    at: dt.datetime,
) -> GroupWish:
    catalogue = catalogue_of(policy)
    event = ticket_type.event
    wanted = workshops_wished(event, [person], {ticket_type.slug: ticket_type}, catalogue, at=at)
    currency = currency or ticket_type.currency
    reader = _reader(catalogue, wanted, seats=seats, currency=currency, at=at)
    reader.to_be_proved = policy.proof_professions
    place = reader.place(person, ticket_type)
    return GroupWish(event, policy, currency, seats, place, income_edition())


def unproved_of(
    group: Group, profession: str, *, to_be_proved: Sequence[str]
) -> TicketPrice | None:
    """
    What the seat would cost who does not prove the status it was bought for, or one that is proved
    like it; None if she has none.
    """
    frozen = group.unproved
    is_of_ticket = group.price_reason.get(TO_BE_PROVED) == OF_TICKET
    is_status = profession == group.profession or profession in to_be_proved
    if not frozen or not (is_of_ticket or is_status):
        return None
    return TicketPrice(
        Money(frozen["list_price_minor"], group.currency),
        Money(frozen["price_minor"], group.currency),
        frozen["reason"],
        {},
    )


def wish_of_seat(group: Group, place: WishedPlace, policy: RegistrationPolicy) -> Wish:
    """What `register` needs to write down somebody who is named."""
    return Wish(group.event, policy, group.currency, [place], None, group.income_edition)
