"""What the organiser sees of the event's codes."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from conference.models import Event, HistoryEntry
from registration.models import Registration, Voucher


@dataclass(frozen=True, slots=True)
class VoucherOnTheDesk:
    voucher: Voucher
    registrations: list[Registration]
    history: list[HistoryEntry]


def vouchers_found(
    event: Event, *, purpose: str, state: str, words: str, at: dt.datetime
) -> QuerySet[Voucher]:
    """
    The event's vouchers, newest first.

    `state` is open (can be used now), used_up, over, keeping (keeps places), or anything else for all.
    """
    found = Voucher.objects.filter(event=event).select_related("keeps_places_of")
    is_over = Q(valid_until__lte=at)
    if purpose:
        found = found.filter(purpose=purpose)
    if state == "open":
        found = found.exclude(is_over).filter(uses__lt=F("max_uses"))
    elif state == "used_up":
        found = found.filter(uses=F("max_uses"))
    elif state == "over":
        found = found.filter(is_over)
    elif state == "keeping":
        found = found.filter(places_kept__gt=0)
    for word in words[:100].replace("\0", "").split()[:5]:
        found = found.filter(
            Q(code__icontains=word) | Q(email__icontains=word) | Q(purpose__icontains=word)
        )
    return found.order_by("-pk").prefetch_related("ticket_types")


def purposes_of(event: Event) -> list[str]:
    purposes = Voucher.objects.filter(event=event).exclude(purpose="").order_by("purpose")
    return list(purposes.values_list("purpose", flat=True).distinct())


def voucher_on_the_desk(event: Event, voucher_id: int) -> VoucherOnTheDesk | None:
    """The voucher with who used it and its history; None if the event has none such."""
    voucher = (
        Voucher.objects.filter(event=event, pk=voucher_id)
        .select_related("keeps_places_of", "made_by")
        .prefetch_related("ticket_types")
        .first()
    )
    if voucher is None:
        return None
    return VoucherOnTheDesk(
        voucher=voucher,
        registrations=list(
            Registration.objects.filter(voucher=voucher).select_related("order", "ticket_type")
        ),
        history=list(
            HistoryEntry.objects.filter(
                subject_type=Voucher._meta.label_lower, subject_id=voucher.pk
            ).select_related("actor")
        ),
    )
