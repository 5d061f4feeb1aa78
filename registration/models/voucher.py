from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conference.models import Event
from registration.models.ticket_type import TicketType
from registration.states import VoucherEffect


class Voucher(models.Model):
    """
    A code that lowers a ticket's price, opens a hidden ticket, or gives one of the places kept for it.

    `uses` never passes `max_uses`, `spent_minor` never the budget: one conditional update each.
    `places_kept` of its ticket type are taken already and wait for whoever brings the code.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="vouchers")
    code = models.CharField(_("code"), max_length=40)
    effect = models.CharField(_("effect"), max_length=16, choices=VoucherEffect)
    percent = models.PositiveSmallIntegerField(_("percent"), null=True, blank=True)
    amount_minor = models.PositiveBigIntegerField(
        _("amount in minor units (cents)"), null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    max_uses = models.PositiveIntegerField(_("uses"), default=1)
    uses = models.PositiveIntegerField(_("used"), default=0, editable=False)
    budget_minor = models.PositiveBigIntegerField(
        _("budget in minor units (cents)"), null=True, blank=True
    )
    spent_minor = models.PositiveBigIntegerField(_("spent"), default=0, editable=False)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    ticket_types = models.ManyToManyField(
        TicketType, blank=True, related_name="+", verbose_name=_("only for these ticket types")
    )
    keeps_places_of = models.ForeignKey(
        TicketType, on_delete=models.PROTECT, null=True, blank=True, related_name="kept_by_vouchers"
    )
    places_kept = models.PositiveIntegerField(_("places kept for it"), default=0, editable=False)
    purpose = models.CharField(_("for whom"), max_length=60, blank=True)
    email = models.EmailField(_("only for this e-mail"), max_length=254, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "code"], name="voucher_code_unique_in_event"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z0-9-]{4,40}$"), name="voucher_code_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(uses__lte=F("max_uses")), name="voucher_never_overused"
            ),
            models.CheckConstraint(
                condition=Q(budget_minor__isnull=True) | Q(spent_minor__lte=F("budget_minor")),
                name="voucher_never_over_budget",
            ),
            models.CheckConstraint(
                condition=Q(places_kept=0)
                | Q(keeps_places_of__isnull=False, places_kept__lte=F("max_uses") - F("uses")),
                name="voucher_keeps_no_more_than_can_be_used",
            ),
            models.CheckConstraint(
                condition=Q(
                    effect="percent", percent__isnull=False, percent__gte=1, percent__lte=100
                )
                | Q(
                    effect__in=["amount_off", "price"],
                    amount_minor__isnull=False,
                    currency__regex=r"^[A-Z]{3}$",
                )
                | Q(effect="access", percent__isnull=True, amount_minor__isnull=True),
                name="voucher_effect_has_its_value",
            ),
        ]

    def __str__(self) -> str:
        return self.code
