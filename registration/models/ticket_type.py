from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from conference.kernel.money import Money
from conference.models import Event
from registration.states import Profession


class TicketType(models.Model):
    """
    What a person buys to be at the event.

    `places_taken` counts the places of pending and confirmed registrations. It is raised by
    one conditional update and can never pass `places`: the database refuses it. While `waiting`
    people stand on its waiting list, a free place is theirs and nobody else's. `professions`
    says who may buy it; empty means everybody.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="ticket_types")
    slug = models.SlugField(_("short name in addresses"), max_length=60)
    name = I18nCharField(_("name"), max_length=200)
    description = I18nTextField(_("description"), blank=True)
    price_minor = models.PositiveBigIntegerField(_("price in minor units (cents)"))
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    places = models.PositiveIntegerField(_("places"))
    places_taken = models.PositiveIntegerField(_("places taken"), default=0, editable=False)
    sale_starts_at = models.DateTimeField(_("on sale from"), null=True, blank=True)
    sale_ends_at = models.DateTimeField(_("on sale until"), null=True, blank=True)
    badge_role = I18nCharField(_("word on the badge"), max_length=60)
    badge_colour = models.PositiveSmallIntegerField(_("colour of the badge, 1 to 12"), default=1)
    waiting = models.PositiveIntegerField(_("people waiting"), default=0, editable=False)
    professions = ArrayField(
        models.CharField(max_length=32, choices=Profession),
        verbose_name=_("only for these professions"),
        default=list,
        blank=True,
    )
    min_per_order = models.PositiveSmallIntegerField(_("at least in one order"), default=1)
    max_per_order = models.PositiveSmallIntegerField(_("at most in one order"), default=10)
    shown_from = models.DateTimeField(_("hidden until"), null=True, blank=True)
    shown_after = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("hidden until this one is sold out"),
    )  # fmt: skip
    without_proof = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("without a proof of status it costs like"),
    )  # fmt: skip
    needs_code = models.BooleanField(_("only with a code"), default=False)
    is_offered = models.BooleanField(_("offered"), default=True)
    sort_key = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("ticket type")
        verbose_name_plural = _("ticket types")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "slug"], name="ticket_type_slug_unique_in_event"
            ),
            models.UniqueConstraint(fields=["id", "event"], name="ticket_type_and_event_unique"),
            models.CheckConstraint(
                condition=Q(places_taken__gte=0, places_taken__lte=F("places")),
                name="ticket_type_never_oversold",
            ),
            models.CheckConstraint(
                condition=Q(min_per_order__gte=1, max_per_order__gte=F("min_per_order")),
                name="ticket_type_numbers_per_order_make_sense",
            ),
            models.CheckConstraint(
                condition=Q(price_minor__gte=0), name="ticket_type_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="ticket_type_currency_of_3_letters"
            ),
            models.CheckConstraint(
                condition=Q(badge_colour__gte=1, badge_colour__lte=12),
                name="ticket_type_badge_colour_from_1_to_12",
            ),
            models.CheckConstraint(
                condition=Q(sale_starts_at__isnull=True)
                | Q(sale_ends_at__isnull=True)
                | Q(sale_starts_at__lt=F("sale_ends_at")),
                name="ticket_type_sale_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def places_left(self) -> int:
        """Places for whoever comes now: none while others wait."""
        return 0 if self.waiting else self.places - self.places_taken
