"""
Sending what was announced: signed by Standard Webhooks, tried again for a day and a half.

Source: the Standard Webhooks specification, "Deliverability and Reliability" (the schedule of
retries, 410 for gone, stopping what only fails), read 2026-11-25.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from standardwebhooks import Webhook

from conference.kernel.errors import DomainError
from conference.kernel.outgoing import NoAnswer, post
from conference.kernel.sealed_text import unseal
from conference.models import Membership, WebhookDelivery, WebhookEndpoint
from conference.operations.emailing import queue_email
from conference.operations.history import record
from conference.states import DeliveryState, EventAction, Role, StopReason

LEASE = dt.timedelta(minutes=2)
RETRY_AFTER = (
    dt.timedelta(seconds=5),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=5),
    dt.timedelta(hours=10),
    dt.timedelta(hours=14),
)
SHORTEST_REST = dt.timedelta(seconds=5)
LONGEST_REST = dt.timedelta(minutes=5)  # never longer than the second wait of a delivery
SECRET_PURPOSE = "conference.webhook"  # noqa: S105 - what the secret is for, not the secret
GONE = 410
LONGEST_ERROR = 300


def due(at: dt.datetime) -> Q:
    """Deliveries whose time has come, or whose worker died."""
    return Q(state=DeliveryState.QUEUED, next_try_at__lte=at) | Q(
        state=DeliveryState.SENDING, lease_until__lt=at
    )


def forgotten_deliveries(*, at: dt.datetime) -> QuerySet[WebhookDelivery, int]:
    """What the sweep wakes a worker for; nothing of an endpoint that rests or was stopped."""
    return (
        WebhookDelivery.objects.filter(due(at), _endpoint_takes(at))
        .order_by("next_try_at", "pk")
        .values_list("pk", flat=True)
    )


def _endpoint_takes(at: dt.datetime) -> Exists:
    return Exists(
        WebhookEndpoint.objects.listening()
        .filter(pk=OuterRef("endpoint"))
        .filter(Q(resting_until__isnull=True) | Q(resting_until__lte=at))
    )


def deliver_webhook(delivery_id: int, *, at: dt.datetime) -> bool:
    """
    Send one delivery if it is due and nobody else is sending it. True if it arrived now.

    A crash between sending and noting it sends it twice with the same id; losing it would be worse.
    """
    taken = (
        WebhookDelivery.objects.filter(pk=delivery_id)
        .filter(due(at), _endpoint_takes(at))
        .update(
            state=DeliveryState.SENDING,
            lease_until=at + LEASE,
            attempts=F("attempts") + 1,
            last_tried_at=at,
        )
    )
    if not taken:
        return False
    delivery = WebhookDelivery.objects.select_related("endpoint").get(pk=delivery_id)
    status, error = _send(delivery, at=at)
    return _note(delivery, status=status, error=error, at=at)


def _send(delivery: WebhookDelivery, *, at: dt.datetime) -> tuple[int | None, str]:
    endpoint = delivery.endpoint
    secret = unseal(endpoint.sealed_secret, purpose=SECRET_PURPOSE)
    signed_at = at.astimezone(dt.UTC)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Conference-Webhooks/1",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(int(signed_at.timestamp())),
        "webhook-signature": Webhook(secret).sign(delivery.message_id, signed_at, delivery.body),
    }
    try:
        status = post(
            endpoint.url,
            body=delivery.body.encode(),
            headers=headers,
            may_reach_loopback=settings.WEBHOOKS_MAY_REACH_LOOPBACK,
        )
    except (NoAnswer, DomainError) as error:
        return None, str(error)[:LONGEST_ERROR]
    return status, ""


@transaction.atomic
def _note(delivery: WebhookDelivery, *, status: int | None, error: str, at: dt.datetime) -> bool:
    """Write down what came of it, unless the lease ran out and somebody else has it now."""
    endpoint = (
        WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("event", "event__venue")
        .get(pk=delivery.endpoint_id)
    )
    ours = WebhookDelivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.SENDING, attempts=delivery.attempts
    )
    arrived = status is not None and 200 <= status < 300
    tries_over = delivery.attempts > len(RETRY_AFTER)
    if arrived:
        new = DeliveryState.DELIVERED
    elif status == GONE or tries_over:
        new = DeliveryState.FAILED
    else:
        new = DeliveryState.QUEUED
    noted = ours.update(
        state=new,
        lease_until=None,
        last_status_code=status,
        last_error=error,
        delivered_at=at if arrived else None,
        next_try_at=at + RETRY_AFTER[delivery.attempts - 1]
        if new == DeliveryState.QUEUED
        else delivery.next_try_at,
    )
    if not noted:
        return False
    if arrived:
        _rest_no_more(endpoint, at=at)
        return True
    _rest(endpoint, at=at)
    if status == GONE:
        _stop(endpoint, StopReason.GONE, at=at)
    elif new == DeliveryState.FAILED and not _has_heard_since(endpoint, delivery.queued_at):
        _stop(endpoint, StopReason.FAILING, at=at)
    return False


def _rest_no_more(endpoint: WebhookEndpoint, *, at: dt.datetime) -> None:
    endpoint.failures_in_a_row = 0
    endpoint.resting_until = None
    endpoint.last_delivered_at = at
    endpoint.save(update_fields=("failures_in_a_row", "resting_until", "last_delivered_at"))


def _rest(endpoint: WebhookEndpoint, *, at: dt.datetime) -> None:
    rest = SHORTEST_REST * 2 ** min(endpoint.failures_in_a_row, 10)
    endpoint.failures_in_a_row += 1
    endpoint.resting_until = at + min(rest, LONGEST_REST)
    endpoint.save(update_fields=("failures_in_a_row", "resting_until"))


def _has_heard_since(endpoint: WebhookEndpoint, moment: dt.datetime) -> bool:
    return endpoint.last_delivered_at is not None and endpoint.last_delivered_at >= moment


def _stop(endpoint: WebhookEndpoint, reason: StopReason, *, at: dt.datetime) -> None:
    """Stop it, and tell the organisers: nobody looks at a log that says nothing."""
    if endpoint.stopped_at is not None:
        return
    endpoint.stopped_at = at
    endpoint.stop_reason = reason
    endpoint.save(update_fields=("stopped_at", "stop_reason"))
    record(
        EventAction.WEBHOOK_STOPPED, event=endpoint.event, subject=endpoint, actor=None, at=at,
        data={"because": reason.value},
    )  # fmt: skip
    organisers = Membership.objects.filter(
        event=endpoint.event, role=Role.ORGANISER, user__is_active=True
    ).select_related("user")
    page = reverse("conference:webhook", args=[endpoint.event.slug, endpoint.pk])
    for member in organisers.order_by("pk"):
        queue_email(
            "conference/email/webhook_stopped",
            to_address=member.user.email,
            to_name=member.user.name,
            language=member.user.language,
            event=endpoint.event,
            about=endpoint,
            context={"url": endpoint.url, "is_gone": reason == StopReason.GONE, "page": page},
            at=at,
        )
