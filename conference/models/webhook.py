"""What partners' programs are told: where to, and every single telling."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conference.models.event import Event
from conference.states import WEBHOOK_KINDS, DeliveryState, StopReason, WebhookKind

MOST_KINDS = 20


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def listening(self) -> "WebhookEndpointQuerySet":
        return self.filter(stopped_at__isnull=True)


class WebhookEndpoint(models.Model):
    """
    An address of a partner's program, and what it wants to hear about one event.

    The secret with which we sign is encrypted. After a failure the endpoint rests until
    `resting_until`, so that a dead one costs one try and not one for each of its deliveries.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="webhook_endpoints")
    url = models.CharField(_("address"), max_length=500)
    sealed_secret = models.TextField(editable=False)
    kinds = ArrayField(
        models.CharField(max_length=32, choices=WebhookKind),
        size=MOST_KINDS,
        verbose_name=_("kinds"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("added"))
    stopped_at = models.DateTimeField(_("stopped"), null=True)
    stop_reason = models.CharField(_("why"), max_length=16, choices=StopReason, blank=True)
    failures_in_a_row = models.PositiveIntegerField(_("failures in a row"), default=0)
    resting_until = models.DateTimeField(_("resting until"), null=True)
    last_delivered_at = models.DateTimeField(_("last delivered"), null=True)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kinds__contained_by=[kind.value for kind in WEBHOOK_KINDS])
                & ~Q(kinds=[]),
                name="webhook_listens_to_something_known",
            ),
            models.CheckConstraint(
                condition=Q(url__regex=r"^https?://[^ ]+$"), name="webhook_has_a_web_address"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stop_reason="")
                | Q(stopped_at__isnull=False, stop_reason__in=StopReason.values),
                name="webhook_stopped_has_its_reason",
            ),
            models.CheckConstraint(condition=~Q(sealed_secret=""), name="webhook_has_a_secret"),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_active(self) -> bool:
        return self.stopped_at is None


class WebhookDelivery(models.Model):
    """
    One thing told to one endpoint, written in the transaction that it tells about.

    `body` is the very text that is signed. `uid` stays the same however often it is sent, so
    that the program may count it once.
    """

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=32, choices=WebhookKind)
    subject_type = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    body = models.TextField()
    state = models.CharField(
        _("state"), max_length=16, choices=DeliveryState, default=DeliveryState.QUEUED
    )
    queued_at = models.DateTimeField(_("happened"))
    next_try_at = models.DateTimeField(_("next try"))
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_tried_at = models.DateTimeField(_("last tried"), null=True)
    last_status_code = models.PositiveSmallIntegerField(_("answer"), null=True)
    last_error = models.CharField(_("problem"), max_length=300, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-queued_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="webhook_delivery_waiting",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["endpoint", "-queued_at"], name="webhook_delivery_of_endpoint"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="webhook_delivery_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=WebhookKind.values), name="webhook_delivery_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.DELIVERED, delivered_at__isnull=False)
                | (~Q(state=DeliveryState.DELIVERED) & Q(delivered_at__isnull=True)),
                name="webhook_delivered_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.SENDING, lease_until__isnull=False)
                | (~Q(state=DeliveryState.SENDING) & Q(lease_until__isnull=True)),
                name="webhook_being_sent_has_a_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    @property
    def message_id(self) -> str:
        """The `webhook-id` of Standard Webhooks."""
        return f"msg_{self.uid.hex}"
