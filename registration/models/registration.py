import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from conference.kernel.money import Money
from conference.kernel.tokens import new_token
from conference.models import Event
from registration.models.order import Order
from registration.models.ticket_type import TicketType
from registration.models.variation import TicketVariation
from registration.models.voucher import Voucher
from registration.states import IncomeGroup, Profession, RegistrationState

if TYPE_CHECKING:
    from registration.models.status_proof import StatusProof


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def holding_a_place(self) -> "RegistrationQuerySet":
        return self.filter(state__in=[RegistrationState.PENDING, RegistrationState.CONFIRMED])

    def confirmed(self) -> "RegistrationQuerySet":
        return self.filter(state=RegistrationState.CONFIRMED)


class Registration(models.Model):
    """
    One person's place at an event.

    The name on the badge is what she likes to be called; the name on the certificate is the
    one in her documents. `token` opens her page (ticket, credits, certificate) without an
    account; `uid` is what partners' programs call the place, and opens nothing. `search_text` is her names, e-mail and institution without accents.

    Who was added to a paid order waits for her own money until `must_be_paid_by`, and is lost alone;
    everybody else follows the order.

    The price is frozen with its reason: `price_reason` holds the names of what decided it, as
    `rules.pricing.PriceReason` writes them, `income_edition` the list the income group is of.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="registrations")
    ticket_type = models.ForeignKey(
        TicketType, on_delete=models.PROTECT, related_name="registrations"
    )
    token = models.CharField(max_length=26, unique=True, default=new_token, editable=False)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="registrations"
    )
    state = models.CharField(
        _("state"), max_length=16, choices=RegistrationState, default=RegistrationState.PENDING
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    language = models.CharField(_("language"), max_length=8)
    badge_name = models.CharField(_("name on the badge"), max_length=200)
    certificate_name = models.CharField(_("name on the certificate"), max_length=200)
    profession = models.CharField(_("profession"), max_length=32, choices=Profession)
    country = CountryField(_("country of practice"))
    institution = models.CharField(_("institution"), max_length=200, blank=True)
    variation = models.ForeignKey(
        TicketVariation, on_delete=models.PROTECT, null=True, related_name="registrations"
    )
    price_minor = models.PositiveBigIntegerField(_("price in minor units (cents)"))
    list_price_minor = models.PositiveBigIntegerField(
        _("price before discounts in minor units (cents)"), default=0
    )
    price_reason = models.JSONField(_("reason for the price"), default=dict)
    income_group = models.CharField(
        _("income group"), max_length=16, choices=IncomeGroup, blank=True
    )
    income_edition = models.CharField(_("edition of the income groups"), max_length=20, blank=True)
    voucher = models.ForeignKey(
        Voucher, on_delete=models.PROTECT, null=True, related_name="registrations"
    )
    currency = models.CharField(_("currency"), max_length=3)
    registered_at = models.DateTimeField(_("registered"))
    must_be_paid_by = models.DateTimeField(_("must be paid by"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    ended_at = models.DateTimeField(_("cancelled or expired"), null=True)
    search_text = models.TextField(blank=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["id", "event"], name="registration_and_event_unique"),
            models.UniqueConstraint(
                Lower("email"),
                "event",
                condition=Q(state__in=["pending", "confirmed"]),
                name="registration_one_active_per_person",
                violation_error_message=_("This e-mail is registered for the event already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=RegistrationState.values),
                name="registration_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(profession__in=Profession.values),
                name="registration_profession_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state=RegistrationState.CONFIRMED, confirmed_at__isnull=False)
                | ~Q(state=RegistrationState.CONFIRMED),
                name="registration_confirmed_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["cancelled", "expired"], ended_at__isnull=False)
                | ~Q(state__in=["cancelled", "expired"]),
                name="registration_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(must_be_paid_by__isnull=True) | Q(state=RegistrationState.PENDING),
                name="registration_added_waits_while_pending",
            ),
            models.CheckConstraint(
                condition=~Q(badge_name="") & ~Q(certificate_name=""),
                name="registration_has_both_names",
            ),
        ]
        indexes = [
            models.Index(fields=["event", "state"], name="registration_by_event"),
            models.Index(
                fields=["must_be_paid_by"],
                name="registration_added_by_deadline",
                condition=Q(must_be_paid_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.badge_name

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def proof_of_status(self) -> "StatusProof | None":
        """Read it with the registration (`select_related`), else this is a query."""
        return getattr(self, "status_proof", None)

    @property
    def is_confirmed(self) -> bool:
        return self.state == RegistrationState.CONFIRMED
