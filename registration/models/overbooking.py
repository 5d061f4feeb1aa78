from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from registration.models.order import Order
from registration.models.quota import Quota
from registration.models.ticket_type import TicketType
from registration.models.variation import TicketVariation
from registration.models.workshop import Workshop


class Overbooking(models.Model):
    """Places were raised for a paid order that had none left: by whom, and why."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="overbookings")
    ticket_type = models.ForeignKey(
        TicketType, on_delete=models.PROTECT, null=True, related_name="+"
    )
    variation = models.ForeignKey(
        TicketVariation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, null=True, related_name="+")
    quota = models.ForeignKey(Quota, on_delete=models.PROTECT, null=True, related_name="+")
    more_places = models.PositiveSmallIntegerField(_("places more"))
    reason = models.CharField(_("reason"), max_length=300)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("overbooking")
        verbose_name_plural = _("overbookings")
        constraints = [
            models.CheckConstraint(
                condition=Exact(
                    1,
                    Func(
                        F("ticket_type"),
                        F("variation"),
                        F("workshop"),
                        F("quota"),
                        function="num_nonnulls",
                        output_field=models.IntegerField(),
                    ),
                ),
                name="overbooking_is_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(more_places__gt=0), name="overbooking_is_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="overbooking_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.order}: +{self.more_places}"
