"""The Ultrasound course is sold out, and some wait; a place that was added is offered to the first."""

import datetime as dt

from django.db.models import F

from certificates.management.seeding.names import PeopleMaker
from conference.models import Event
from registration.models import TicketType
from registration.operations.offering import offer_freed_places
from registration.operations.queueing import join_waiting_list
from registration.queries.queueing import line_of

PARTIES = [1, 1, 2, 1, 1, 1]  # how many people each of those who wait comes with


def seed_waiting_list(course: Event, *, people: PeopleMaker, at: dt.datetime) -> None:
    ticket = TicketType.objects.get(event=course)
    places = TicketType.objects.filter(pk=ticket.pk)
    places.update(places=F("places_taken"))
    for number, party_size in enumerate(PARTIES):
        person = people.draw()
        join_waiting_list(
            event=course, kind="ticket", slug=ticket.slug, party_size=party_size,
            email=person["email"], name=person["badge_name"], language=person["language"],
            actor=None, at=at - dt.timedelta(hours=20 * (len(PARTIES) - number)),
        )  # fmt: skip
    places.update(places=F("places") + 1)
    offer_freed_places(line_of(ticket), at=at)
