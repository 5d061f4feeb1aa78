"""Orders, registrations, payments and badges of everybody, in bulk and consistent."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from random import Random

from certificates.management.seeding.history import seed_history
from certificates.management.seeding.names import PeopleMaker
from conference.kernel.tokens import ALPHABET
from conference.models import Event, User
from registration.models import (
    OF_TICKET,
    TO_BE_PROVED,
    Badge,
    LedgerEntry,
    Order,
    Payment,
    Registration,
    TicketType,
    Workshop,
    WorkshopBooking,
)
from registration.rules.references import RANDOM_BITS, reference_of
from registration.states import (
    LedgerKind,
    OrderState,
    PaymentMethod,
    Profession,
    RegistrationState,
)
from schedule.rules import search_text_of

PROFESSIONS = {
    "medico": ([Profession.PHYSICIAN], [1]),
    "residente": ([Profession.RESIDENT], [1]),
    "enfermeria": ([Profession.NURSE, Profession.PARAMEDIC, Profession.RESPIRATORY_THERAPIST], [6, 3, 1]),
    "estudiante": ([Profession.STUDENT], [1]),
    "docente": ([Profession.PHYSICIAN], [1]),
    "curso": ([Profession.PHYSICIAN, Profession.RESIDENT], [3, 1]),
}  # fmt: skip
STATES = ([OrderState.CONFIRMED, OrderState.PENDING, OrderState.CANCELLED, OrderState.EXPIRED], [92, 4, 2, 2])  # fmt: skip


@dataclass(frozen=True)
class _Wish:
    person: dict[str, str]
    ticket: TicketType
    profession: Profession
    state: OrderState
    workshops: tuple[Workshop, ...]


def seed_people(
    event: Event, *, number: int, tickets: list[TicketType], workshops: list[Workshop],
    random: Random, people: PeopleMaker, at: dt.datetime,
) -> list[Registration]:  # fmt: skip
    """Register that many people. The counters of places and seats agree with the rows."""
    wishes = _wishes(number, tickets, workshops, random, people)
    accountant = User.objects.filter(memberships__event=event).order_by("pk").first()
    orders, registrations = [], []
    for wish in wishes:
        placed_at = at - dt.timedelta(minutes=random.randint(60, 60 * 24 * 100))
        order, registration = _rows(event, wish, random, placed_at, at)
        orders.append(order)
        registrations.append(registration)
    Order.objects.bulk_create(orders, batch_size=1000)
    for order, registration in zip(orders, registrations, strict=True):
        registration.order = order
    Registration.objects.bulk_create(registrations, batch_size=1000)
    _bookings(wishes, registrations)
    payments = _money(orders, accountant)
    seed_history(registrations, [[one.pk for one in wish.workshops] for wish in wishes], payments)
    Badge.objects.bulk_create(
        (
            Badge(registration=one, token=_token(random), issued_at=one.confirmed_at)
            for one in registrations
            if one.confirmed_at
        ),
        batch_size=1000,
    )
    _count_places(wishes)
    return registrations


def _wishes(
    number: int, tickets: list[TicketType], workshops: list[Workshop], random: Random,
    people: PeopleMaker,
) -> list[_Wish]:  # fmt: skip
    left = {ticket.pk: ticket.places - ticket.places // 20 for ticket in tickets}
    seats = {workshop.pk: workshop.seats - 1 for workshop in workshops}
    wishes = []
    for _number in range(number):
        open_tickets = [ticket for ticket in tickets if left[ticket.pk] > 0]
        if not open_tickets:
            break
        ticket = random.choices(open_tickets, [one.places for one in open_tickets])[0]
        state = random.choices(*STATES)[0]
        if ticket.price_minor == 0:
            state = OrderState.CONFIRMED
        holds = state in (OrderState.CONFIRMED, OrderState.PENDING)
        chosen: tuple[Workshop, ...] = ()
        if holds:
            left[ticket.pk] -= 1
            if workshops and ticket.price_minor and random.random() < 0.22:
                workshop = random.choice(workshops)
                if seats[workshop.pk] > 0:
                    seats[workshop.pk] -= 1
                    chosen = (workshop,)
        professions, weights = PROFESSIONS[ticket.slug]
        wishes.append(
            _Wish(people.draw(), ticket, random.choices(professions, weights)[0], state, chosen)
        )
    return wishes


def _rows(
    event: Event, wish: _Wish, random: Random, placed_at: dt.datetime, at: dt.datetime
) -> tuple[Order, Registration]:
    total = wish.ticket.price_minor + sum(workshop.price_minor for workshop in wish.workshops)
    paid_at = placed_at + dt.timedelta(minutes=random.randint(5, 55))
    confirmed_at = paid_at if wish.state == OrderState.CONFIRMED else None
    is_over = wish.state in (OrderState.CANCELLED, OrderState.EXPIRED)
    order = Order(
        event=event, token=_token(random), reference=reference_of(random.getrandbits(RANDOM_BITS)),
        submission_token=_token(random), state=wish.state, email=wish.person["email"],
        language=wish.person["language"], total_minor=total, currency="USD",
        payment_method=PaymentMethod.BANK_TRANSFER if total else PaymentMethod.FREE,
        terms_version="2027-1", placed_at=placed_at, confirmed_at=confirmed_at,
        expires_at=at + dt.timedelta(days=3) if wish.state == OrderState.PENDING else None,
        ended_at=paid_at if is_over else None,
    )  # fmt: skip
    person = wish.person
    registration = Registration(
        event=event, ticket_type=wish.ticket, token=_token(random),
        state=RegistrationState(wish.state.value), email=person["email"],
        language=person["language"], badge_name=person["badge_name"],
        certificate_name=person["certificate_name"], profession=wish.profession,
        country=person["country"], institution=person["institution"],
        price_minor=wish.ticket.price_minor, list_price_minor=wish.ticket.price_minor,
        price_reason={TO_BE_PROVED: OF_TICKET} if wish.ticket.without_proof_id else {},
        currency="USD", registered_at=placed_at,
        confirmed_at=confirmed_at, ended_at=order.ended_at,
        search_text=search_text_of(
            person["badge_name"], person["certificate_name"], person["email"],
            person["institution"],
        ),
    )  # fmt: skip
    return order, registration


def _bookings(wishes: list[_Wish], registrations: list[Registration]) -> None:
    WorkshopBooking.objects.bulk_create(
        WorkshopBooking(
            workshop=workshop, registration=registration, price_minor=workshop.price_minor,
            currency=workshop.currency, booked_at=registration.registered_at,
        )
        for wish, registration in zip(wishes, registrations, strict=True)
        for workshop in wish.workshops
    )  # fmt: skip


def _money(orders: list[Order], accountant: User | None) -> list[Payment]:
    costing = [order for order in orders if order.total_minor]
    payments = Payment.objects.bulk_create(
        (
            Payment(
                order=order, method=PaymentMethod.BANK_TRANSFER, amount_minor=order.total_minor,
                currency=order.currency, external_id=f"seed-{order.reference}",
                received_at=order.confirmed_at, recorded_by=accountant,
                recorded_at=order.confirmed_at,
            )
            for order in costing
            if order.confirmed_at
        ),
        batch_size=1000,
    )  # fmt: skip
    lines = [
        LedgerEntry(
            order=order, kind=LedgerKind.CHARGE, amount_minor=order.total_minor,
            currency=order.currency, entered_at=order.placed_at,
        )
        for order in costing
    ]  # fmt: skip
    lines += [
        LedgerEntry(
            order=order, kind=LedgerKind.WAIVER, amount_minor=-order.total_minor,
            currency=order.currency, entered_at=order.ended_at,
        )
        for order in costing
        if order.ended_at
    ]  # fmt: skip
    lines += [
        LedgerEntry(
            order=payment.order, kind=LedgerKind.PAYMENT, amount_minor=-payment.amount_minor,
            currency=payment.currency, payment=payment, entered_at=payment.recorded_at,
        )
        for payment in payments
    ]  # fmt: skip
    LedgerEntry.objects.bulk_create(lines, batch_size=1000)
    return payments


def _count_places(wishes: list[_Wish]) -> None:
    holding = [w for w in wishes if w.state in (OrderState.CONFIRMED, OrderState.PENDING)]
    for ticket_pk, taken in Counter(wish.ticket.pk for wish in holding).items():
        TicketType.objects.filter(pk=ticket_pk).update(places_taken=taken)
    booked = Counter(workshop.pk for wish in holding for workshop in wish.workshops)
    for workshop_pk, taken in booked.items():
        Workshop.objects.filter(pk=workshop_pk).update(seats_taken=taken)


def _token(random: Random) -> str:
    """Like `kernel.tokens.new_token`, but the same for the same seed. Demo data only."""
    return "".join(random.choices(ALPHABET, k=26))
