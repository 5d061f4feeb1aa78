from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conference.models import Event
from registration.models.order import Order
from registration.states import WithdrawalState


class Withdrawal(models.Model):
    """
    A buyer withdraws from what she bought at a distance, by the link that the law asks for.

    `code` is what she is told: it identifies her request. While one is open, an order has no other.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="withdrawals")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="withdrawals")
    code = models.CharField(_("code"), max_length=16, unique=True)
    state = models.CharField(
        _("state"), max_length=16, choices=WithdrawalState, default=WithdrawalState.OPEN
    )
    requested_at = models.DateTimeField(_("requested"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("reason told to the buyer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state=WithdrawalState.OPEN),
                name="withdrawal_one_open_per_order",
            ),
            models.CheckConstraint(
                condition=Q(state=WithdrawalState.OPEN, answered_at__isnull=True)
                | Q(
                    state__in=[WithdrawalState.ACCEPTED, WithdrawalState.REFUSED],
                    answered_at__isnull=False,
                ),
                name="withdrawal_answered_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=WithdrawalState.REFUSED) | ~Q(reason=""),
                name="withdrawal_refused_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.code
