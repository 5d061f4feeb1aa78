"""The addresses of partners' programs: adding, trying out, stopping, starting, sending again."""

import base64
import datetime as dt
import secrets
from collections.abc import Collection
from typing import ClassVar

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.background import after_commit
from conference.kernel.errors import DomainError, InputRefused
from conference.kernel.outgoing import AddressRefused, read_target
from conference.kernel.sealed_text import seal, unseal
from conference.kernel.states import require_transition
from conference.models import Event, User, WebhookDelivery, WebhookEndpoint
from conference.operations.announcing import body_of, delivery_to
from conference.operations.delivering_webhooks import SECRET_PURPOSE
from conference.operations.history import record
from conference.states import (
    DELIVERY_TRANSITIONS,
    WEBHOOK_KINDS,
    DeliveryState,
    EventAction,
    StopReason,
    WebhookKind,
)

MOST_ENDPOINTS = 20
SECRET_BYTES = 24


class TooManyWebhooks(DomainError):
    code: ClassVar[str] = "too_many_webhooks"


class WebhookIsStopped(DomainError):
    code: ClassVar[str] = "webhook_stopped"


@transaction.atomic
def add_webhook(
    *, event_id: int, url: str, kinds: Collection[str], actor: User | None, at: dt.datetime
) -> WebhookEndpoint:
    """
    Tell a program from now on. Its secret is made here; `secret_of` reads it.

    :raises InputRefused: if the address is none that we post to, or no kind is chosen.
    """
    url = url.strip()
    try:
        read_target(url, may_reach_loopback=settings.WEBHOOKS_MAY_REACH_LOOPBACK)
    except AddressRefused as refusal:
        refusal.field = "url"
        raise
    if not kinds or not set(kinds) <= {kind.value for kind in WEBHOOK_KINDS}:
        raise InputRefused(_("Please choose what the program is told."), field="kinds")
    event = Event.objects.select_for_update().get(pk=event_id)
    if WebhookEndpoint.objects.filter(event=event).count() >= MOST_ENDPOINTS:
        raise TooManyWebhooks(_("An event has at most 20 webhooks."))
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    endpoint = WebhookEndpoint.objects.create(
        event=event,
        url=url,
        sealed_secret=seal(secret, purpose=SECRET_PURPOSE),
        kinds=[kind.value for kind in WEBHOOK_KINDS if kind.value in kinds],
        created_by=actor,
        created_at=at,
    )
    record(
        EventAction.WEBHOOK_ADDED, event=event, subject=endpoint, actor=actor, at=at,
        data={"kinds": endpoint.kinds},
    )  # fmt: skip
    return endpoint


def secret_of(endpoint: WebhookEndpoint) -> str:
    """What the program checks our signatures with."""
    return unseal(endpoint.sealed_secret, purpose=SECRET_PURPOSE)


@transaction.atomic
def stop_webhook(
    *, endpoint_id: int, event_id: int, actor: User | None, at: dt.datetime
) -> WebhookEndpoint:
    """
    Tell it nothing from now on; what waits is kept. A stopped one stays as it is.

    :raises WebhookEndpoint.DoesNotExist: if the event has none such.
    """
    endpoint = _locked(endpoint_id, event_id)
    if endpoint.is_active:
        endpoint.stopped_at = at
        endpoint.stop_reason = StopReason.BY_HAND
        endpoint.save(update_fields=("stopped_at", "stop_reason"))
        record(
            EventAction.WEBHOOK_STOPPED, event=endpoint.event, subject=endpoint, actor=actor,
            at=at, data={"because": StopReason.BY_HAND.value},
        )  # fmt: skip
    return endpoint


@transaction.atomic
def start_webhook(
    *, endpoint_id: int, event_id: int, actor: User | None, at: dt.datetime
) -> WebhookEndpoint:
    """
    Tell it again; what waited is sent with the next sweep.

    :raises WebhookEndpoint.DoesNotExist: if the event has none such.
    """
    endpoint = _locked(endpoint_id, event_id)
    if not endpoint.is_active:
        endpoint.stopped_at = None
        endpoint.stop_reason = ""
        endpoint.failures_in_a_row = 0
        endpoint.resting_until = None
        endpoint.save(
            update_fields=("stopped_at", "stop_reason", "failures_in_a_row", "resting_until")
        )
        record(
            EventAction.WEBHOOK_STARTED, event=endpoint.event, subject=endpoint, actor=actor, at=at
        )
    return endpoint


@transaction.atomic
def try_webhook(
    *, endpoint_id: int, event_id: int, actor: User | None, at: dt.datetime
) -> WebhookDelivery:
    """
    Send a trial, whatever kinds the program listens to.

    :raises WebhookEndpoint.DoesNotExist: if the event has none such.
    :raises WebhookIsStopped: if nothing is sent there now.
    """
    endpoint = _locked(endpoint_id, event_id)
    _require_active(endpoint)
    kind = WebhookKind.TEST
    data = {"asked_for_by": "organiser" if actor else "system"}
    body = body_of(event=endpoint.event, kind=kind, data=data, at=at)
    delivery = delivery_to(endpoint, kind=kind, subject=endpoint, body=body, at=at)
    delivery.save(force_insert=True)
    _wake_now(endpoint, delivery)
    return delivery


@transaction.atomic
def replay_delivery(
    *, delivery_id: int, event_id: int, actor: User | None, at: dt.datetime
) -> WebhookDelivery:
    """
    Send once more what was delivered or has failed, with the same id and text.

    :raises WebhookDelivery.DoesNotExist: if the event has none such.
    :raises TransitionRefused: if it waits or is on its way.
    :raises WebhookIsStopped: if nothing is sent there now.
    """
    endpoint_id = WebhookDelivery.objects.values_list("endpoint_id", flat=True).get(
        pk=delivery_id, endpoint__event_id=event_id
    )
    endpoint = _locked(endpoint_id, event_id)
    delivery = WebhookDelivery.objects.select_for_update(of=("self",)).get(pk=delivery_id)
    require_transition(
        DELIVERY_TRANSITIONS, old=DeliveryState(delivery.state), new=DeliveryState.QUEUED
    )
    _require_active(endpoint)
    delivery.state = DeliveryState.QUEUED
    delivery.attempts = 0
    delivery.next_try_at = at
    delivery.delivered_at = None
    delivery.save(update_fields=("state", "attempts", "next_try_at", "delivered_at"))
    record(
        EventAction.WEBHOOK_REPLAYED, event=endpoint.event, subject=endpoint, actor=actor, at=at,
        data={"delivery": delivery.pk},
    )  # fmt: skip
    _wake_now(endpoint, delivery)
    return delivery


def _locked(endpoint_id: int, event_id: int) -> WebhookEndpoint:
    return (
        WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("event")
        .get(pk=endpoint_id, event_id=event_id)
    )


def _require_active(endpoint: WebhookEndpoint) -> None:
    if not endpoint.is_active:
        raise WebhookIsStopped(_("This webhook is stopped. Start it first."))


def _wake_now(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> None:
    """Somebody is looking: she wants to see it now, not when the endpoint has rested."""
    if endpoint.resting_until is not None:
        endpoint.resting_until = None
        endpoint.save(update_fields=("resting_until",))
    after_commit("conference.deliver_webhook", delivery_id=delivery.pk)
