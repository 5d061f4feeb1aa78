from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conference.kernel.money import Money
from registration.models.order import Order
from registration.models.payment_attempt import PaymentAttempt
from registration.states import (
    LedgerKind,
    LedgerReason,
    PaymentMethod,
    RefundCause,
    RefundState,
)


class Payment(models.Model):
    """
    Money that arrived. `external_id` is the bank's or provider's own identifier of it.

    `scope` keeps identifiers apart that are only unique in a smaller world: receipt numbers of
    two events' desks. `refunded_minor` counts what was sent back or is on its way there.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(_("way of payment"), max_length=20, choices=PaymentMethod)
    amount_minor = models.PositiveBigIntegerField(_("amount in minor units (cents)"))
    refunded_minor = models.PositiveBigIntegerField(
        _("of it refunded, in minor units (cents)"), default=0, db_default=0, editable=False
    )
    currency = models.CharField(_("currency"), max_length=3)
    external_id = models.CharField(_("identifier at the bank"), max_length=100)
    scope = models.CharField(max_length=24, default="", db_default="", editable=False, blank=True)
    attempt = models.ForeignKey(
        PaymentAttempt, on_delete=models.PROTECT, null=True, blank=True, related_name="payments"
    )
    received_at = models.DateTimeField(_("received"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.UniqueConstraint(
                fields=["method", "scope", "external_id"], name="payment_counts_once"
            ),
            models.UniqueConstraint(fields=["id", "order"], name="payment_and_order_unique"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_is_positive"),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("amount_minor")),
                name="payment_never_refunded_beyond",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="payment_currency_of_3_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.amount_minor} {self.currency}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def refundable(self) -> Money:
        return Money(self.amount_minor - self.refunded_minor, self.currency)


class Refund(models.Model):
    """
    Money of one payment that goes back, all of it or a part.

    It is reserved on the payment when it is asked for, and stands in the ledger when it is done.
    `uid` is the idempotency key at the provider; `external_id` is its or the bank's identifier.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    uid = models.UUIDField(unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=16, choices=RefundState, default=RefundState.CREATED
    )
    cause = models.CharField(
        _("cause"), max_length=16, choices=RefundCause, default=RefundCause.ORGANISER
    )
    amount_minor = models.PositiveBigIntegerField(_("amount in minor units (cents)"))
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    external_id = models.CharField(_("identifier at the bank"), max_length=255, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField(_("requested"))
    taken_up_at = models.DateTimeField(_("taken up"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["requested_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RefundState.values), name="refund_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(cause__in=RefundCause.values), name="refund_cause_is_known"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_is_positive"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="refund_currency_of_3_letters"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed", "cancelled"], ended_at__isnull=False)
                | Q(state__in=["created", "in_transit"], ended_at__isnull=True),
                name="refund_over_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(external_id=""), name="refund_done_names_its_proof"
            ),
            models.UniqueConstraint(
                fields=["payment", "external_id"],
                condition=~Q(external_id=""),
                name="refund_counts_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}: −{self.amount_minor} {self.currency} ({self.state})"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


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
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="+")
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
                condition=Q(kind="refund", refund__isnull=False)
                | (~Q(kind="refund") & Q(refund__isnull=True)),
                name="ledger_refund_names_its_refund",
            ),
            models.UniqueConstraint(fields=["refund"], name="ledger_refund_entered_once"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="ledger_currency_of_3_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.kind} {self.amount_minor}"
