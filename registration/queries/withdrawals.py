"""Who withdraws, for the desk and the front page."""

from dataclasses import dataclass

from django.db.models import F

from conference.models import Event
from registration.models import RegistrationPolicy, Withdrawal
from registration.rules.withdrawing import is_in_time


@dataclass(frozen=True, slots=True)
class WithdrawalOnTheDesk:
    withdrawal: Withdrawal
    is_in_time: bool


def withdrawals_of(event: Event) -> list[WithdrawalOnTheDesk]:
    """What waits for an answer first, the oldest of them on top."""
    found = (
        Withdrawal.objects.filter(event=event)
        .select_related("order", "answered_by")
        .order_by(F("answered_at").desc(nulls_first=True), "requested_at", "pk")
    )
    return [
        WithdrawalOnTheDesk(
            one, is_in_time(placed_at=one.order.placed_at, requested_at=one.requested_at)
        )
        for one in found
    ]


def some_event_has_the_link() -> bool:
    return RegistrationPolicy.objects.filter(
        withdrawal_link=True, event__published_at__isnull=False
    ).exists()
