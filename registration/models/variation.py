from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField

from conference.models import Event
from registration.models.ticket_type import TicketType


class TicketVariation(models.Model):
    """
    One of the kinds a ticket type comes in, such as on site or online.

    `places` limits it within the places of its ticket type; without it there is no own limit.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="ticket_variations")
    ticket_type = models.ForeignKey(TicketType, on_delete=models.CASCADE, related_name="variations")
    slug = models.SlugField(_("short name in addresses"), max_length=60)
    name = I18nCharField(_("name"), max_length=200)
    places = models.PositiveIntegerField(_("places"), null=True, blank=True)
    places_taken = models.PositiveIntegerField(_("places taken"), default=0, editable=False)
    is_offered = models.BooleanField(_("offered"), default=True)
    sort_key = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("variation")
        verbose_name_plural = _("variations")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket_type", "slug"], name="variation_slug_unique_in_ticket_type"
            ),
            models.UniqueConstraint(
                fields=["id", "ticket_type"], name="variation_and_ticket_type_unique"
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=True) | Q(places_taken__lte=F("places")),
                name="variation_never_oversold",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)
