from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registration.models.ways_of_payment import ProviderAccount


class WebhookMessage(models.Model):
    """
    What a provider told us, as it arrived. It only says where to look: the truth is fetched.

    Never deleted, and only the columns of its processing change: a trigger refuses the rest. After
    the event's days the body gives way to its SHA-256, which the trigger computes for itself.
    `event_id` counts once among messages whose signature was right, so that a forged one cannot
    stand in the way of the real one.
    """

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="messages")
    event_id = models.CharField(_("identifier of the message"), max_length=255)
    kind = models.CharField(_("kind"), max_length=100, blank=True)
    attempt_uid = models.CharField(max_length=64, blank=True)
    subject_reference = models.CharField(_("about"), max_length=255, blank=True)
    signature_ok = models.BooleanField(_("signature is right"))
    signed_at = models.DateTimeField(_("signed"), null=True)
    body = models.TextField(_("body"))
    received_at = models.DateTimeField(_("received"))
    processed_at = models.DateTimeField(_("processed"), null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("message of a provider")
        verbose_name_plural = _("messages of providers")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="webhook_message_unprocessed",
                condition=Q(processed_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "event_id"],
                condition=Q(signature_ok=True),
                name="webhook_message_counts_once",
            ),
            models.CheckConstraint(
                condition=~Q(event_id=""), name="webhook_message_has_its_identifier"
            ),
            models.CheckConstraint(
                condition=Q(processed_at__isnull=True) | Q(signature_ok=True),
                name="webhook_message_forged_is_never_processed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.kind} {self.event_id}"
