from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conference.models import Event
from registration.models.registration import Registration
from registration.models.ticket_type import TicketType
from registration.models.workshop import Workshop
from registration.states import BookingState


class Quota(models.Model):
    """
    A limit that several ticket types and workshops share: the seats of a room, ten places for residents.

    Whoever buys one of them takes one of its places too; `taken` counts them and never passes
    `size`: the database refuses it.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="quotas")
    name = models.CharField(_("name"), max_length=120)
    size = models.PositiveIntegerField(_("size"))
    taken = models.PositiveIntegerField(_("taken"), default=0, editable=False)
    ticket_types = models.ManyToManyField(
        TicketType, blank=True, related_name="quotas", verbose_name=_("ticket types")
    )
    workshops = models.ManyToManyField(
        Workshop, blank=True, related_name="quotas", verbose_name=_("workshops")
    )

    class Meta:
        verbose_name = _("shared quota")
        verbose_name_plural = _("shared quotas")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "name"], name="quota_name_unique_in_event"),
            models.CheckConstraint(condition=Q(taken__lte=F("size")), name="quota_never_oversold"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def left(self) -> int:
        return self.size - self.taken


class QuotaPlace(models.Model):
    """
    One place of a quota that a registration takes, for its ticket or for one of its workshops.

    Kept per registration, so that the right number goes back even if the quota's list was
    changed since.
    """

    quota = models.ForeignKey(Quota, on_delete=models.PROTECT, related_name="places")
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="quota_places"
    )
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        _("state"), max_length=16, choices=BookingState, default=BookingState.ACTIVE
    )
    released_at = models.DateTimeField(_("released"), null=True)

    class Meta:
        verbose_name = _("place of a quota")
        verbose_name_plural = _("places of quotas")
        constraints = [
            models.UniqueConstraint(
                fields=["quota", "registration", "workshop"],
                condition=Q(state=BookingState.ACTIVE),
                nulls_distinct=False,
                name="quota_place_taken_once",
            ),
            models.CheckConstraint(
                condition=Q(state=BookingState.RELEASED, released_at__isnull=False)
                | Q(state=BookingState.ACTIVE, released_at__isnull=True),
                name="quota_place_released_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quota}: {self.registration}"
