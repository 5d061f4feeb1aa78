"""Telling partners' programs: rows in the transaction of what they tell about; sending comes after."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from conference.kernel.background import after_commit
from conference.kernel.ready_query import ReadyQuery
from conference.models import Event, WebhookDelivery, WebhookEndpoint
from conference.states import WebhookKind

_LISTENING = ReadyQuery(
    lambda event_id: WebhookEndpoint.objects.listening().filter(event_id=event_id).order_by("pk"),
    event_id=-1,
)
_KEPT = "_webhook_endpoints_listening"


def announce(
    *,
    event: Event,
    kind: WebhookKind,
    subject: models.Model,
    data: Mapping[str, Any],
    at: dt.datetime,
) -> int:
    """
    Tell every program that listens to that kind, once the transaction commits. How many.

    `data` names things as the API does (references, uids) and holds no names, addresses or
    tokens: who wants more asks the API with a key. One query, and none for the next thing that
    the same operation announces with the same `event` object and `at`.
    """
    endpoints = [each for each in _listening_to(event, at) if kind.value in each.kinds]
    if not endpoints:
        return 0
    body = body_of(event=event, kind=kind, data=data, at=at)
    deliveries = WebhookDelivery.objects.bulk_create(
        delivery_to(endpoint, kind=kind, subject=subject, body=body, at=at)
        for endpoint in endpoints
    )
    for delivery in deliveries:
        after_commit("conference.deliver_webhook", delivery_id=delivery.pk)
    return len(deliveries)


def body_of(*, event: Event, kind: WebhookKind, data: Mapping[str, Any], at: dt.datetime) -> str:
    """The shape that Standard Webhooks asks for; the event's short name beside it."""
    return json.dumps(
        {
            "type": kind.value,
            "timestamp": at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"),
            "event": event.slug,
            "data": dict(data),
        },
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def delivery_to(
    endpoint: WebhookEndpoint,
    *,
    kind: WebhookKind,
    subject: models.Model,
    body: str,
    at: dt.datetime,
) -> WebhookDelivery:
    return WebhookDelivery(
        endpoint=endpoint,
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        body=body,
        queued_at=at,
        next_try_at=at,
    )


def _listening_to(event: Event, at: dt.datetime) -> list[WebhookEndpoint]:
    kept: tuple[dt.datetime, list[WebhookEndpoint]] | None = event.__dict__.get(_KEPT)
    if kept is None or kept[0] != at:
        kept = (at, list(_LISTENING.rows(event_id=event.pk)))
        event.__dict__[_KEPT] = kept
    return kept[1]
