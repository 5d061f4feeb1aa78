"""What the organiser sees of an event's prices."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from conference.models import Event
from registration.models import GroupDiscount, PricePhase, Society, TicketType, Workshop
from registration.rules.pricing import phase_at


@dataclass(frozen=True, slots=True)
class PricesOnTheDesk:
    """Products with `cells`, how many prices of their own they have; societies with `people`."""

    ticket_types: list[TicketType]
    workshops: list[Workshop]
    phases: Sequence[PricePhase]
    phase_now: object
    societies: list[Society]
    discounts: list[GroupDiscount]


def prices_on_the_desk(event: Event, *, at: dt.datetime) -> PricesOnTheDesk:
    phases = list(PricePhase.objects.filter(event=event).annotate(cells=Count("prices")))
    cells = Count("prices", distinct=True)
    return PricesOnTheDesk(
        ticket_types=list(event.ticket_types.annotate(cells=cells).order_by("sort_key", "pk")),
        workshops=list(event.workshops.annotate(cells=cells).order_by("sort_key", "pk")),
        phases=phases,
        phase_now=phase_at(phases, at),
        societies=list(
            Society.objects.filter(event=event).annotate(people=Count("members")).order_by("name")
        ),
        discounts=list(GroupDiscount.objects.filter(event=event)),
    )
