from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conference.models import Event
from schedule.states import ProgrammeState


class Programme(models.Model):
    """
    The programme of an event as a whole: whether the public may see it, and its version.

    `version` rises with every change of anything in it; pages and exports are cached by it.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="programme")
    state = models.CharField(
        _("state"), max_length=16, choices=ProgrammeState, default=ProgrammeState.DRAFT
    )
    version = models.PositiveIntegerField(_("version"), default=0)
    changed_at = models.DateTimeField(_("changed"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProgrammeState.PUBLISHED, published_at__isnull=False)
                | Q(state=ProgrammeState.DRAFT, published_at__isnull=True),
                name="programme_published_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} ({self.get_state_display()})"

    @property
    def is_published(self) -> bool:
        return self.state == ProgrammeState.PUBLISHED


class Track(models.Model):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="tracks")
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name in addresses"), max_length=200)
    colour = models.PositiveSmallIntegerField(_("colour, 1 to 12"), default=1)
    sort_key = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        ordering = ["sort_key", "name"]
        constraints = [
            models.UniqueConstraint(fields=["event", "slug"], name="track_slug_unique_in_event"),
            models.UniqueConstraint(fields=["id", "event"], name="track_and_event_unique"),
            models.CheckConstraint(
                condition=Q(colour__gte=1, colour__lte=12), name="track_colour_from_1_to_12"
            ),
        ]

    def __str__(self) -> str:
        return self.name
