from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conference.kernel.tokens import new_token
from conference.models import Event
from registration.states import Provider


class WaysOfPayment(models.Model):
    """
    What one event switches on beside its providers. Without a row: bank transfer alone.

    `days_kept_after_a_part` is how long a place stays held once a part of the money arrived; 0
    leaves the deadline as it is.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="ways_of_payment")
    bank_transfer = models.BooleanField(_("bank transfer"), default=True)
    on_site = models.BooleanField(_("at the congress desk"), default=False)
    days_kept_after_a_part = models.PositiveSmallIntegerField(
        _("days a place stays held after a part was paid"), default=0
    )

    class Meta:
        verbose_name = _("ways of payment")
        verbose_name_plural = _("ways of payment")
        constraints = [
            models.CheckConstraint(
                condition=Q(days_kept_after_a_part__lte=60),
                name="ways_of_payment_keep_60_days_at_most",
            ),
        ]

    def __str__(self) -> str:
        return str(self.event)


class ProviderAccount(models.Model):
    """
    An event's own account at a payment provider.

    The keys are sealed and never shown again. `token` stands in the address where the provider's
    messages arrive. A test account (`is_live` false) takes no real money, and what it says is
    never believed about real money.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="provider_accounts")
    provider = models.CharField(_("provider"), max_length=16, choices=Provider)
    token = models.CharField(max_length=26, unique=True, default=new_token, editable=False)
    sealed_keys = models.TextField(editable=False)
    is_live = models.BooleanField(_("takes real money"), default=False)
    is_offered = models.BooleanField(_("offered to buyers"), default=True)
    currencies = ArrayField(models.CharField(max_length=3), verbose_name=_("currencies"))
    connected_at = models.DateTimeField(_("connected"))
    checked_at = models.DateTimeField(_("last tested"), null=True)
    check_problem = models.CharField(_("what the test found"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("account at a provider")
        verbose_name_plural = _("accounts at providers")
        ordering = ["provider"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "provider"], name="provider_account_once_per_event"
            ),
            models.CheckConstraint(
                condition=Q(provider__in=Provider.values), name="provider_account_is_of_a_known_one"
            ),
            models.CheckConstraint(
                condition=~Q(sealed_keys=""), name="provider_account_has_its_keys"
            ),
            models.CheckConstraint(
                condition=Q(currencies__len__gt=0), name="provider_account_takes_some_currency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} ({self.event})"
