from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from conference.models.event import Event


class HistoryEntry(models.Model):
    """
    A past fact, for people. Written only by `operations.history.record`, never changed.

    `data` holds ids and codes, never names or e-mails, so that erasing a person leaves
    history true. A trigger refuses UPDATE and DELETE.
    """

    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, related_name="history_entries"
    )
    occurred_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    action = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("history entry")
        verbose_name_plural = _("history")
        ordering = ["-occurred_at", "-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="history_by_subject"),
            models.Index(fields=["event", "-occurred_at"], name="history_by_event"),
        ]

    def __str__(self) -> str:
        return f"{self.occurred_at:%Y-%m-%d %H:%M} {self.action}"
