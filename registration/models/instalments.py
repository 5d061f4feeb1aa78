from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conference.kernel.money import Money
from registration.models.order import Order


class InstalmentPlan(models.Model):
    """
    The organisers let an order be paid in parts: the place is kept while the dues are met.

    Which dues are met follows from the payments, the oldest first; nothing is stored about it.
    """

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="instalment_plan")
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace after a due date"), default=3, db_default=3
    )
    paid_before_minor = models.PositiveBigIntegerField(
        _("paid before, in minor units (cents)"), default=0, db_default=0
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("instalment plan")
        verbose_name_plural = _("instalment plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(grace_days__lte=30), name="instalment_plan_grace_is_30_days_at_most"
            ),
        ]

    def __str__(self) -> str:
        return str(self.order)


class Instalment(models.Model):
    plan = models.ForeignKey(InstalmentPlan, on_delete=models.CASCADE, related_name="instalments")
    position = models.PositiveSmallIntegerField(_("number"))
    due_on = models.DateField(_("due"))
    amount_minor = models.PositiveBigIntegerField(_("amount in minor units (cents)"))
    currency = models.CharField(_("currency"), max_length=3)
    reminded_at = models.DateTimeField(_("reminded"), null=True)

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="instalment_once_per_number"),
            models.UniqueConstraint(fields=["plan", "due_on"], name="instalment_once_per_day"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="instalment_is_positive"),
            models.CheckConstraint(condition=Q(position__gte=1), name="instalment_counts_from_1"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="instalment_currency_of_3_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.position}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
