import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conference.models.event import Event
from conference.states import EmailState


class EmailMessage(models.Model):
    """
    A letter in the outbox, written in the transaction that it tells about.

    Its text is fixed when it is queued, in the reader's language. `uid` becomes its
    Message-ID, so that a letter sent twice after a crash is one letter to mail programs.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, related_name="emails")
    kind = models.CharField(_("kind"), max_length=64)
    to_address = models.EmailField(_("to"), max_length=254)
    to_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8)
    subject = models.CharField(_("subject"), max_length=250)
    text_body = models.TextField()
    html_body = models.TextField(blank=True)
    about_type = models.CharField(max_length=64, blank=True)
    about_id = models.BigIntegerField(null=True)
    state = models.CharField(
        _("state"), max_length=16, choices=EmailState, default=EmailState.QUEUED
    )
    queued_at = models.DateTimeField(_("queued"))
    next_try_at = models.DateTimeField(_("next try"))
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering = ["-queued_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="email_waiting",
                condition=Q(state__in=["queued", "sending"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=EmailState.values), name="email_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=EmailState.SENT, sent_at__isnull=False)
                | (~Q(state=EmailState.SENT) & Q(sent_at__isnull=True)),
                name="email_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state=EmailState.SENDING, lease_until__isnull=False)
                | (~Q(state=EmailState.SENDING) & Q(lease_until__isnull=True)),
                name="email_being_sent_has_a_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to_address}: {self.subject}"
