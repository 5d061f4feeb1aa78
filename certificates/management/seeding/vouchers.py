"""Two codes: one that members of a friendly society use, one that keeps places for a hospital."""

import datetime as dt

from certificates.management.seeding.names import PeopleMaker
from conference.models import Event, User
from registration.models import TicketType
from registration.operations.making_vouchers import make_vouchers
from registration.operations.ordering import place_order
from registration.operations.paying import record_payment
from registration.queries.wishes import PersonWish
from registration.rules.attendees import AttendeeDetails
from registration.states import PaymentMethod, Profession, VoucherEffect

MEMBERS_CODE, MEMBERS_USES, USED = "SOCIEDAD-10", 30, 2
HOSPITAL_CODE, PLACES_KEPT = "HOSPITAL-LITORAL", 3


def seed_vouchers(event: Event, *, people: PeopleMaker, at: dt.datetime) -> None:
    organiser = User.objects.filter(memberships__event=event).order_by("pk").first()
    assert organiser is not None  # noqa: S101 - the team was made before
    made_at = at - dt.timedelta(days=20)
    physician = TicketType.objects.get(event=event, slug="medico")
    make_vouchers(
        event=event,
        values={
            "code": MEMBERS_CODE, "effect": VoucherEffect.PERCENT, "percent": 10,
            "max_uses": MEMBERS_USES, "purpose": "Socios de la Sociedad Andina de Emergencias",
        },
        ticket_types=[physician], actor=organiser, at=made_at,
    )  # fmt: skip
    make_vouchers(
        event=event,
        values={
            "code": HOSPITAL_CODE, "effect": VoucherEffect.PRICE, "amount_minor": 20_000,
            "currency": "USD", "max_uses": PLACES_KEPT, "keeps_places_of": physician,
            "purpose": "Convenio con el Hospital del Litoral (demo)",
        },
        ticket_types=[physician], places_each=PLACES_KEPT, actor=organiser, at=made_at,
    )  # fmt: skip
    for number in range(USED):
        _use(event, people, organiser=organiser, at=at - dt.timedelta(hours=5 - number))


def _use(event: Event, people: PeopleMaker, *, organiser: User, at: dt.datetime) -> None:
    person = people.draw()
    order = place_order(
        event_slug=event.slug,
        people=[
            PersonWish(
                AttendeeDetails(
                    email=person["email"], badge_name=person["badge_name"],
                    certificate_name=person["certificate_name"], profession=Profession.PHYSICIAN,
                    country=person["country"], institution=person["institution"],
                ),
                "medico",
            )
        ],
        payment_method=PaymentMethod.BANK_TRANSFER, terms_accepted=True,
        submission_token=f"seed-{person['email']}", language=person["language"],
        voucher_code=MEMBERS_CODE, actor=None, at=at,
    )  # fmt: skip
    paid_at = at + dt.timedelta(minutes=20)
    record_payment(
        order_id=order.pk, amount_minor=order.total_minor, external_id=f"seed-{order.reference}",
        received_at=paid_at, actor=organiser, at=paid_at,
    )  # fmt: skip
