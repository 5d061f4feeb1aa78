from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conference.kernel.money import Money
from conference.kernel.tokens import new_token
from conference.models import Event
from registration.states import OrderState, PaymentMethod


class Order(models.Model):
    """
    A purchase: who pays, how much, until when the places are held.

    `token` opens its page without an account; `reference` is what a person writes on a bank
    transfer. `submission_token` comes with the form, so that a double click is one order.
    With `is_for_group` its places are the seats of a group, whose people are named later.
    The total is fixed when the order is placed; what was paid stands in the ledger.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="orders")
    token = models.CharField(max_length=26, unique=True, default=new_token, editable=False)
    reference = models.CharField(_("reference"), max_length=16, unique=True)
    submission_token = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=OrderState, default=OrderState.PENDING
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    payer_name = models.CharField(_("name of who pays"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8)
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="orders"
    )
    payment_method = models.CharField(_("way of payment"), max_length=20, choices=PaymentMethod)
    total_minor = models.PositiveBigIntegerField(_("total in minor units (cents)"))
    currency = models.CharField(_("currency"), max_length=3)
    terms_version = models.CharField(_("terms accepted"), max_length=20)
    placed_at = models.DateTimeField(_("placed"))
    expires_at = models.DateTimeField(_("held until"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    ended_at = models.DateTimeField(_("cancelled or expired"), null=True)
    is_for_group = models.BooleanField(
        _("for a group"), default=False, db_default=False, editable=False
    )
    times_extended = models.PositiveSmallIntegerField(_("times the hold was extended"), default=0)

    class Meta:
        verbose_name = pgettext_lazy("purchase", "order")
        verbose_name_plural = _("orders")
        ordering = ["-placed_at", "-pk"]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="order_pending_by_expiry",
                condition=Q(state=OrderState.PENDING),
            ),
            models.Index(fields=["event", "-placed_at"], name="order_by_event"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "event"], name="order_and_event_unique"),
            models.CheckConstraint(
                condition=Q(state__in=OrderState.values), name="order_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=OrderState.PENDING, expires_at__isnull=False)
                | ~Q(state=OrderState.PENDING),
                name="order_pending_has_a_deadline",
            ),
            models.CheckConstraint(
                condition=Q(state=OrderState.CONFIRMED, confirmed_at__isnull=False)
                | ~Q(state=OrderState.CONFIRMED),
                name="order_confirmed_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["cancelled", "expired"], ended_at__isnull=False)
                | ~Q(state__in=["cancelled", "expired"]),
                name="order_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="order_currency_of_3_letters"
            ),
            models.CheckConstraint(
                condition=Q(payment_method=PaymentMethod.FREE, total_minor=0)
                | (~Q(payment_method=PaymentMethod.FREE) & Q(total_minor__gt=0)),
                name="order_is_free_exactly_if_it_costs_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)
