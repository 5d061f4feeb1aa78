import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conference.kernel.money import Money
from conference.kernel.tokens import new_token
from registration.models.order import Order
from registration.models.ways_of_payment import ProviderAccount
from registration.states import AttemptState


class PaymentAttempt(models.Model):
    """
    An attempt to pay an order at a provider; money that arrives by it is a Payment.

    `uid` is what the provider knows the attempt by and the idempotency key of its start.
    `token` opens its page. `provider_reference` is the provider's name of the checkout.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payment_attempts")
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="attempts")
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    token = models.CharField(max_length=26, unique=True, default=new_token, editable=False)
    state = models.CharField(
        _("state"), max_length=16, choices=AttemptState, default=AttemptState.CREATED
    )
    amount_minor = models.PositiveBigIntegerField(_("amount in minor units (cents)"))
    currency = models.CharField(_("currency"), max_length=3)
    provider_reference = models.CharField(
        _("identifier at the provider"), max_length=255, blank=True
    )
    checkout_url = models.TextField(blank=True)
    started_at = models.DateTimeField(_("started"))
    deadline_at = models.DateTimeField(_("to be paid until"))
    state_changed_at = models.DateTimeField(_("state since"))
    fetched_at = models.DateTimeField(_("asked the provider"), null=True)
    next_fetch_at = models.DateTimeField(_("ask the provider again"), null=True)
    review_reason = models.CharField(_("what has to be looked at"), max_length=300, blank=True)
    reviewed_at = models.DateTimeField(_("looked at"), null=True)

    class Meta:
        verbose_name = _("attempt to pay")
        verbose_name_plural = _("attempts to pay")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_fetch_at"],
                name="attempt_to_ask_about",
                condition=Q(next_fetch_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "order"], name="attempt_and_order_unique"),
            # Two clicks are one attempt; another amount or a second try is another one.
            models.UniqueConstraint(
                fields=["order", "account"],
                condition=Q(state="created"),
                name="attempt_begun_once_per_order",
            ),
            models.UniqueConstraint(
                fields=["account", "provider_reference"],
                condition=~Q(provider_reference=""),
                name="attempt_of_one_checkout",
            ),
            models.CheckConstraint(
                condition=Q(state__in=AttemptState.values), name="attempt_state_is_known"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="attempt_is_positive"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="attempt_currency_of_3_letters"
            ),
            models.CheckConstraint(
                condition=~Q(state="review") | ~Q(review_reason=""),
                name="attempt_in_review_says_why",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True) | Q(state="review"),
                name="attempt_looked_at_was_in_review",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.amount_minor} {self.currency} ({self.state})"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
