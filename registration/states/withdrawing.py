"""Buyers who withdraw by the public link."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class WithdrawalState(TextChoices):
    """A buyer who withdraws: open --accept--> accepted, open --refuse--> refused."""

    OPEN = "open", pgettext_lazy("withdrawal", "Waits for an answer")
    ACCEPTED = "accepted", pgettext_lazy("withdrawal", "Accepted")
    REFUSED = "refused", pgettext_lazy("withdrawal", "Refused")


WITHDRAWAL_TRANSITIONS = {
    WithdrawalState.OPEN: frozenset({WithdrawalState.ACCEPTED, WithdrawalState.REFUSED}),
    WithdrawalState.ACCEPTED: frozenset[WithdrawalState](),
    WithdrawalState.REFUSED: frozenset[WithdrawalState](),
}
