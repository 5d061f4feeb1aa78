from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from conference.models import Event
from schedule.models.session import Session
from schedule.states import SpeakerRole


class Speaker(models.Model):
    """A person of the programme, whatever her role in each session."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="speakers")
    external_id = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=200)
    biography = models.TextField(_("biography"), blank=True)
    institution = models.CharField(_("institution"), max_length=200, blank=True)
    country = CountryField(_("country"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "external_id"], name="speaker_external_id_unique_in_event"
            ),
            models.UniqueConstraint(fields=["id", "event"], name="speaker_and_event_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class SessionSpeaker(models.Model):
    """
    A person's role in a session.

    `presents_from` and `presents_until` bound her own presentation, which earns her no
    learner's credit; without them the whole session counts as hers if she speaks in it.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="session_speakers")
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="session_speakers")
    role = models.CharField(
        _("role"), max_length=16, choices=SpeakerRole, default=SpeakerRole.SPEAKER
    )
    position = models.PositiveIntegerField(_("order"), default=0)
    presents_from = models.DateTimeField(_("presents from"), null=True, blank=True)
    presents_until = models.DateTimeField(_("presents until"), null=True, blank=True)

    class Meta:
        verbose_name = _("speaker in a session")
        verbose_name_plural = _("speakers in sessions")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "speaker", "role"], name="session_speaker_once_per_role"
            ),
            models.CheckConstraint(
                condition=Q(presents_from__isnull=True, presents_until__isnull=True)
                | Q(
                    presents_from__isnull=False,
                    presents_until__isnull=False,
                    presents_from__lt=F("presents_until"),
                ),
                name="session_speaker_presents_both_times_or_none",
            ),
            models.CheckConstraint(
                condition=Q(role__in=SpeakerRole.values), name="session_speaker_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speaker} ({self.get_role_display()})"
