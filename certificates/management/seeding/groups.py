"""A hospital that bought seats and has named some of its people, and a sponsor's block."""

import datetime as dt

from certificates.management.seeding.names import PeopleMaker
from conference.models import Event, User
from registration.models import Group, Order
from registration.operations.buying_groups import buy_group, sponsor_group
from registration.operations.inviting_groups import invite_to_group, open_link
from registration.operations.naming import name_person
from registration.operations.paying import record_payment
from registration.rules.attendees import AttendeeDetails
from registration.states import NamedBy, PaymentMethod, Profession

BOUGHT, NAMED = 8, 5
SPONSORED = 4
HOSPITAL, HOSPITAL_EMAIL = "Hospital del Litoral (demo)", "docencia@hospital.example.org"
SPONSOR, SPONSOR_EMAIL = "Ultrasonidos del Plata (demo)", "congresos@ultrasonidos.example.org"


def seed_groups(event: Event, *, people: PeopleMaker, at: dt.datetime) -> None:
    """By the operations, of today: a seat without a name is kept three days at least."""
    organiser = User.objects.filter(memberships__event=event).order_by("pk").first()
    assert organiser is not None  # noqa: S101 - the team was made before
    bought_at = at - dt.timedelta(hours=4)
    group = _bought(event, organiser, at=bought_at)
    for number in range(NAMED):
        _name(group, people, by=NamedBy.LIST, at=bought_at + dt.timedelta(minutes=50 + number))
    by_invitation = people.draw()["email"]
    invite_to_group(
        group_id=group.pk, email=by_invitation, by_desk=False, actor=None,
        at=bought_at + dt.timedelta(hours=1),
    )  # fmt: skip
    given_at = at - dt.timedelta(hours=2)
    block = sponsor_group(
        event_slug=event.slug, ticket_type="docente", seats=SPONSORED, name=SPONSOR,
        email=SPONSOR_EMAIL, submission_token=f"seed-{event.slug}-sponsor", language="es",
        actor=organiser, at=given_at,
    ).group  # fmt: skip
    _name(block, people, by=NamedBy.OWNER, at=given_at + dt.timedelta(minutes=20))
    open_link(group_id=block.pk, most=2, actor=None, at=given_at + dt.timedelta(minutes=25))


def _bought(event: Event, organiser: User, *, at: dt.datetime) -> Group:
    order: Order = buy_group(
        event_slug=event.slug, ticket_type="medico", profession=Profession.PHYSICIAN, country="AR",
        seats=BOUGHT, name=HOSPITAL, email=HOSPITAL_EMAIL,
        payment_method=PaymentMethod.BANK_TRANSFER, terms_accepted=True,
        submission_token=f"seed-{event.slug}-group", language="es", actor=None, at=at,
    )  # fmt: skip
    paid_at = at + dt.timedelta(minutes=40)
    record_payment(
        order_id=order.pk, amount_minor=order.total_minor, external_id=f"seed-{HOSPITAL_EMAIL}",
        received_at=paid_at, actor=organiser, at=paid_at,
    )  # fmt: skip
    return order.group


def _name(group: Group, people: PeopleMaker, *, by: NamedBy, at: dt.datetime) -> None:
    person = people.draw()
    name_person(
        group_id=group.pk,
        attendee=AttendeeDetails(
            email=person["email"], badge_name=person["badge_name"],
            certificate_name=person["certificate_name"], profession=Profession.PHYSICIAN,
            country="AR", institution=group.name,
        ),
        by=by, language=person["language"], actor=None, at=at,
    )  # fmt: skip
