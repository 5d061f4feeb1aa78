"""What a partner's program may read of the catalogue and of what people answered."""

import datetime as dt

from django.db.models import Prefetch, QuerySet

from conference.models import Event
from registration.models import (
    Answer,
    Question,
    Quota,
    TicketType,
    TicketVariation,
    Voucher,
    Workshop,
)


def variations_for_partners(event: Event) -> QuerySet[TicketVariation]:
    return TicketVariation.objects.filter(event=event).select_related("ticket_type")


def quotas_for_partners(event: Event) -> QuerySet[Quota]:
    """With what shares each of them. Three queries."""
    return Quota.objects.filter(event=event).prefetch_related(
        Prefetch("ticket_types", queryset=TicketType.objects.order_by("pk")),
        Prefetch("workshops", queryset=Workshop.objects.order_by("pk")),
    )


def vouchers_for_partners(event: Event, *, code: str = "") -> QuerySet[Voucher]:
    found = Voucher.objects.filter(event=event)
    if code:
        found = found.filter(code=code.strip().upper())
    return found.select_related("keeps_places_of").prefetch_related(
        Prefetch("ticket_types", queryset=TicketType.objects.order_by("pk"))
    )


def questions_for_partners(event: Event) -> QuerySet[Question]:
    return (
        Question.objects.filter(event=event)
        .select_related("shown_if")
        .prefetch_related(Prefetch("ticket_types", queryset=TicketType.objects.order_by("pk")))
    )


def answers_for_partners(
    event: Event, *, question: str = "", answered_since: dt.datetime | None = None
) -> QuerySet[Answer]:
    """What is kept still: answers go with their time."""
    found = Answer.objects.filter(question__event=event)
    if question:
        found = found.filter(question__slug=question)
    if answered_since is not None:
        found = found.filter(answered_at__gte=answered_since)
    return found.select_related("question", "registration")
