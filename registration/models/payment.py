from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registration.models.order import Order
from registration.states import LedgerKind, LedgerReason, PaymentMethod


class Payment(models.Model):
    """Money that arrived. `external_id` is the bank's or provider's own identifier of it."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(_("way of payment"), max_length=20, choices=PaymentMethod)
    amount_minor = models.PositiveBigIntegerField(_("amount in minor units (cents)"))
    currency = models.CharField(_("currency"), max_length=3)
    external_id = models.CharField(_("identifier at the bank"), max_length=100)
    received_at = models.DateTimeField(_("received"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.UniqueConstraint(fields=["method", "external_id"], name="payment_counts_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_is_positive"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="payment_currency_of_3_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.amount_minor} {self.currency}"


class LedgerEntry(models.Model):
    """
    One signed line of what an order owes: charges and refunds raise it, payments and waivers lower it.

    Never changed or deleted: a trigger refuses. What is owed is the sum of the lines.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="ledger_entries")
    kind = models.CharField(_("kind"), max_length=16, choices=LedgerKind)
    amount_minor = models.BigIntegerField(_("amount in minor units (cents), signed"))
    currency = models.CharField(_("currency"), max_length=3)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+")
    registration = models.ForeignKey(
        "registration.Registration", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=20, choices=LedgerReason, blank=True)
    entered_at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        ordering = ["entered_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["charge", "refund"], amount_minor__gt=0)
                | Q(kind__in=["payment", "waiver"], amount_minor__lt=0),
                name="ledger_entry_sign_agrees_with_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind="payment") | Q(payment__isnull=False),
                name="ledger_payment_names_its_payment",
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(kind="payment"),
                name="ledger_payment_entered_once",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="ledger_currency_of_3_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.kind} {self.amount_minor}"
