"""The edition as a whole: the congress, its team, three stand-alone courses."""

import datetime as dt
from collections.abc import Callable
from random import Random

from allauth.account.models import EmailAddress

from certificates.management.seeding.accreditation import seed_activity
from certificates.management.seeding.catalogue import (
    seed_course_ticket,
    seed_policy,
    seed_scan_points,
    seed_tickets,
    seed_workshops,
    texts,
)
from certificates.management.seeding.groups import seed_groups
from certificates.management.seeding.names import PeopleMaker
from certificates.management.seeding.onsite import seed_scans
from certificates.management.seeding.papers import seed_letters, seed_papers
from certificates.management.seeding.payments import seed_payments
from certificates.management.seeding.people import seed_people
from certificates.management.seeding.programme import seed_programme
from certificates.management.seeding.proofs import seed_proofs
from certificates.management.seeding.topics import COURSES
from certificates.management.seeding.vouchers import seed_vouchers
from certificates.management.seeding.waiting import seed_waiting_list
from conference.models import Event, User, Venue
from conference.operations.opening import add_member
from conference.states import EventKind, Role
from registration.models import Registration
from registration.operations.deriving_attendance import derive_attendance

CONGRESS_SLUG = "congreso-demo"
ORGANISER = "organizadora@example.org"
DOOR = "puerta@example.org"
SOLD_OUT = "curso-eco"
ADMIN = "admin@example.org"

Progress = Callable[[str], None]


def seed_edition(*, people: int, seed: int, at: dt.datetime, progress: Progress) -> Event:
    """
    The demo congress: it began three days before `at` and ends the day after.

    The same `seed`, number of people and day give the same people and scans. Only what the
    operations make for groups and users of vouchers has secrets of its own each time.
    """
    random = Random(seed)
    maker = PeopleMaker(random)
    progress("The congress, its team and its venue")
    event = _congress(at)
    _team(event, at)
    seed_policy(event, at=at)
    progress("Programme: five days, twelve rooms")
    sessions = seed_programme(event, random=random, at=at)
    progress("Tickets, workshops, doors")
    tickets = seed_tickets(event, scale=max(people / 2500, 0.1))
    workshops = seed_workshops(event, sessions)
    seed_scan_points(event, sessions)
    seed_payments(event, at=at)
    seed_activity(event, sessions, at=at)
    progress(f"{people} people with orders, payments and badges")
    registrations = seed_people(
        event, number=people, tickets=tickets, workshops=workshops, random=random, people=maker,
        at=at,
    )  # fmt: skip
    seed_proofs(event, registrations, random=Random(f"proofs {seed}"), at=at)
    seed_papers(event, at=at)
    seed_letters(event, at=at)
    progress("Scans of the days that are over")
    seed_scans(event, sessions, registrations, random=random, at=at)
    progress("Attendance from the scans")
    _derive(registrations, at)
    progress("Three stand-alone courses")
    for number, course in enumerate(COURSES):
        _course(event, course, number, random, maker, at)
    seed_groups(event, people=maker, at=at)
    seed_waiting_list(Event.objects.get(slug=SOLD_OUT), people=maker, at=at)
    seed_vouchers(event, people=maker, at=at)
    return event


def _congress(at: dt.datetime) -> Event:
    venue = Venue.objects.create(
        name="Centro de Convenciones del Plata", address="Av. Figueroa Alcorta 2099",
        city="Buenos Aires", country="AR",
    )  # fmt: skip
    first_day = at.date() - dt.timedelta(days=3)
    return Event.objects.create(
        kind=EventKind.CONGRESS, slug=CONGRESS_SLUG, short_name="CIME",
        name=texts(
            "Congreso Interamericano de Medicina de Emergencias | "
            "Congresso Interamericano de Medicina de Emergência | "
            "Inter-American Emergency Medicine Conference | "
            "Congrès interaméricain de médecine d’urgence"
        ),
        summary=texts(
            "Cinco días en Buenos Aires con las emergencias de toda América. | "
            "Cinco dias em Buenos Aires com as emergências de toda a América. | "
            "Five days in Buenos Aires with the emergency medicine of all the Americas. | "
            "Cinq jours à Buenos Aires avec la médecine d’urgence de toutes les Amériques."
        ),
        venue=venue, first_day=first_day, last_day=first_day + dt.timedelta(days=4),
        languages=["es", "pt-br", "en"],
        organiser_name="Sociedad Interamericana de Emergencias (demo)",
        contact_email="congreso@example.org", published_at=at - dt.timedelta(days=200),
    )  # fmt: skip


def _team(event: Event, at: dt.datetime) -> None:
    for email, name, role in (
        (ORGANISER, "Inés Organizadora", Role.ORGANISER),
        (DOOR, "Tomás Puerta", Role.DOOR),
    ):
        user, _created = User.objects.get_or_create(email=email, defaults={"name": name})
        add_member(event, user=user, role=role, actor=None, at=at)
        EmailAddress.objects.get_or_create(
            user=user, email=email, defaults={"verified": True, "primary": True}
        )
    if not User.objects.filter(email=ADMIN).exists():
        admin = User.objects.create_superuser(ADMIN, name="Ada Admin")
        EmailAddress.objects.create(user=admin, email=ADMIN, verified=True, primary=True)


def _derive(registrations: list[Registration], at: dt.datetime) -> None:
    ids = [one.pk for one in registrations if one.confirmed_at]
    for start in range(0, len(ids), 500):
        derive_attendance(ids[start : start + 500], at=at)


def _course(
    congress: Event, course: tuple[str, str, int, int, int, list[str], list[str], str], number: int, random: Random,
    maker: PeopleMaker, at: dt.datetime,
) -> None:  # fmt: skip
    slug, short_name, days_ahead, places, price_minor, subjects, languages, names = course
    day = at.date() + dt.timedelta(days=days_ahead)
    event = Event.objects.create(
        kind=EventKind.COURSE, slug=f"curso-{slug}", short_name=short_name, name=texts(names),
        venue=congress.venue, first_day=day, last_day=day + dt.timedelta(days=1),
        subjects=subjects, languages=languages,
        organiser_name=congress.organiser_name, contact_email=congress.contact_email,
        published_at=at - dt.timedelta(days=60 - number),
    )  # fmt: skip
    organiser = User.objects.get(email=ORGANISER)
    add_member(event, user=organiser, role=Role.ORGANISER, actor=None, at=at)
    seed_policy(event, at=at)
    ticket = seed_course_ticket(event, price_minor=price_minor, places=places)
    seed_people(
        event, number=places // 2, tickets=[ticket], workshops=[], random=random, people=maker,
        at=at,
    )  # fmt: skip
