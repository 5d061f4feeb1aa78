from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conference.kernel.money import Money
from conference.models import Event
from registration.models.order import Order
from registration.models.payment import Payment
from registration.states import StatementLineState


class StatementLine(models.Model):
    """
    A credit on the bank's statement that an organiser imported, and the order it may be for.

    `fingerprint` is the hash of the line and of its number among equal lines of one file: the same
    line of another export is the same line.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="statement_lines")
    fingerprint = models.CharField(max_length=64)
    booked_on = models.DateField(_("booked"))
    amount_minor = models.PositiveBigIntegerField(_("amount in minor units (cents)"))
    currency = models.CharField(_("currency"), max_length=3)
    text = models.CharField(_("text"), max_length=500, blank=True)
    bank_reference = models.CharField(_("identifier at the bank"), max_length=100)
    state = models.CharField(
        _("state"), max_length=16, choices=StatementLineState, default=StatementLineState.OPEN
    )
    proposed_order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confidence_percent = models.PositiveSmallIntegerField(_("confidence in percent"), default=0)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    imported_at = models.DateTimeField(_("imported"))

    class Meta:
        verbose_name = _("line of a bank statement")
        verbose_name_plural = _("lines of bank statements")
        ordering = ["-booked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "fingerprint"], name="statement_line_counts_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=StatementLineState.values),
                name="statement_line_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="recorded", payment__isnull=False)
                | (~Q(state="recorded") & Q(payment__isnull=True)),
                name="statement_line_recorded_names_its_payment",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="statement_line_is_a_credit"
            ),
            models.CheckConstraint(
                condition=Q(confidence_percent__lte=100),
                name="statement_line_confidence_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on}: {self.amount_minor} {self.currency}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
