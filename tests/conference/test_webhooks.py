"""What partners' programs are told, when, and what happens if they do not listen."""

import datetime as dt
import json

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from conference.kernel.errors import InputRefused, TransitionRefused
from conference.models import EmailMessage, HistoryEntry, WebhookDelivery, WebhookEndpoint
from conference.operations import webhooks
from conference.operations.announcing import announce
from conference.operations.delivering_webhooks import RETRY_AFTER, deliver_webhook
from conference.operations.sweeping import sweep
from conference.operations.webhooks import (
    WebhookIsStopped,
    add_webhook,
    replay_delivery,
    secret_of,
    start_webhook,
    stop_webhook,
    try_webhook,
)
from conference.states import DeliveryState, EventAction, StopReason, WebhookKind
from tests.conference.receiver import receiving
from tests.conftest import NOON, signed_in

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def receiver(settings):
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = True
    with receiving() as program:
        yield program


@pytest.fixture
def endpoint(event, receiver) -> WebhookEndpoint:
    return an_endpoint(event, receiver)


def an_endpoint(event, receiver, **changes) -> WebhookEndpoint:
    return add_webhook(
        **{
            "event_id": event.pk,
            "url": receiver.url,
            "kinds": ["order.placed", "order.confirmed"],
            "actor": None,
            "at": NOON,
            **changes,
        }
    )


def tell(event, *, kind=WebhookKind.ORDER_PLACED, at=NOON) -> int:
    return announce(event=event, kind=kind, subject=event, data={"order": "R7K29QXD"}, at=at)


def the_delivery() -> WebhookDelivery:
    return WebhookDelivery.objects.get()


def test_what_is_announced_arrives_signed_after_the_commit(
    event, endpoint, receiver, django_capture_on_commit_callbacks
):
    now = timezone.now()  # who checks a signature looks at the clock
    with django_capture_on_commit_callbacks(execute=True):
        assert tell(event, at=now) == 1
        assert receiver.received == []

    (received,) = receiver.received
    delivery = the_delivery()
    told = Webhook(secret_of(endpoint)).verify(received.body, received.headers)
    assert told == {
        "type": "order.placed",
        "timestamp": now.isoformat().replace("+00:00", "Z"),
        "event": event.slug,
        "data": {"order": "R7K29QXD"},
    }
    assert received.path == "/hooks"
    assert received.headers["webhook-id"] == delivery.message_id
    assert received.headers["Content-Type"] == "application/json; charset=utf-8"
    assert (delivery.state, delivery.attempts, delivery.last_status_code) == ("delivered", 1, 204)
    endpoint.refresh_from_db()
    assert endpoint.last_delivered_at is not None
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(endpoint)).verify(received.body + b" ", received.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 32).verify(received.body, received.headers)


def test_only_who_listens_to_that_kind_of_that_event_is_told(event, other_event, receiver):
    orders = an_endpoint(event, receiver)
    an_endpoint(event, receiver, kinds=["payment.recorded"])
    an_endpoint(other_event, receiver)
    stopped = an_endpoint(event, receiver)
    stop_webhook(endpoint_id=stopped.pk, event_id=event.pk, actor=None, at=NOON)

    assert tell(event) == 1
    assert tell(event, kind=WebhookKind.REFUND_RECORDED) == 0

    assert the_delivery().endpoint == orders


def test_announcing_costs_one_query_where_nobody_listens(event, django_assert_num_queries):
    with django_assert_num_queries(1):
        tell(event)
        tell(event, kind=WebhookKind.ORDER_CONFIRMED)
    with django_assert_num_queries(1):
        tell(event, at=NOON + SECOND)

    assert not WebhookDelivery.objects.exists()


def test_what_is_rolled_back_is_told_to_nobody(
    event, endpoint, receiver, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        tell(event)
        transaction.set_rollback(True)

    assert not WebhookDelivery.objects.exists()
    assert receiver.received == []


def test_a_lost_wake_up_is_found_by_the_sweep(
    event, endpoint, receiver, django_capture_on_commit_callbacks
):
    """Killed between the commit and the wake-up: the row is there, and nobody was called."""
    now = timezone.now()  # who is woken looks at the clock
    tell(event, at=now)
    assert receiver.received == []

    with django_capture_on_commit_callbacks(execute=True):
        assert sweep(at=now) == 1

    assert len(receiver.received) == 1
    assert the_delivery().state == DeliveryState.DELIVERED
    assert sweep(at=now + SECOND) == 0


def test_a_worker_that_died_is_followed_by_another_after_its_lease(event, endpoint, receiver):
    tell(event)
    WebhookDelivery.objects.update(
        state=DeliveryState.SENDING, attempts=1, lease_until=NOON + 120 * SECOND
    )

    assert not deliver_webhook(the_delivery().pk, at=NOON + 119 * SECOND)
    assert deliver_webhook(the_delivery().pk, at=NOON + 121 * SECOND)

    assert the_delivery().attempts == 2
    assert len(receiver.received) == 1


def test_it_is_tried_by_the_schedule_and_then_given_up(event, organiser, endpoint, receiver):
    receiver.answers = [500] * 8
    tell(event)
    waits, at = [], NOON

    for _attempt in RETRY_AFTER:
        assert not deliver_webhook(the_delivery().pk, at=at)
        delivery = the_delivery()
        assert (delivery.state, delivery.last_status_code) == ("queued", 500)
        assert not deliver_webhook(delivery.pk, at=delivery.next_try_at - SECOND)  # not yet
        waits.append(delivery.next_try_at - at)
        at = delivery.next_try_at
    assert not deliver_webhook(the_delivery().pk, at=at)

    assert [wait.total_seconds() for wait in waits] == [
        5, 300, 1800, 7200, 18000, 36000, 50400,
    ]  # fmt: skip
    delivery = the_delivery()
    assert (delivery.state, delivery.attempts) == ("failed", 8)
    assert len(receiver.received) == 8
    assert len({received.headers["webhook-id"] for received in receiver.received}) == 1
    assert not deliver_webhook(delivery.pk, at=at + dt.timedelta(days=9))


def test_an_endpoint_that_took_nothing_is_stopped_and_the_organisers_are_told(
    event, organiser, door_volunteer, endpoint, receiver
):
    receiver.answers = [500]
    tell(event)
    WebhookDelivery.objects.update(attempts=7)

    deliver_webhook(the_delivery().pk, at=NOON)

    endpoint.refresh_from_db()
    assert (endpoint.stopped_at, endpoint.stop_reason) == (NOON, StopReason.FAILING)
    letter = EmailMessage.objects.get()
    assert letter.to_address == organiser.email
    assert receiver.url in letter.text_body
    assert reverse("conference:webhook", args=[event.slug, endpoint.pk]) in letter.text_body
    assert HistoryEntry.objects.get(action=EventAction.WEBHOOK_STOPPED).data == {
        "because": "failing"
    }
    assert tell(event, at=NOON + SECOND) == 0


def test_one_failed_delivery_among_good_ones_stops_nothing(event, organiser, endpoint, receiver):
    tell(event)
    WebhookDelivery.objects.update(attempts=7)
    WebhookEndpoint.objects.update(last_delivered_at=NOON + SECOND)
    receiver.answers = [500]

    deliver_webhook(the_delivery().pk, at=NOON + 2 * SECOND)

    assert the_delivery().state == DeliveryState.FAILED
    endpoint.refresh_from_db()
    assert endpoint.is_active
    assert not EmailMessage.objects.exists()


def test_who_says_gone_is_asked_no_more(event, organiser, endpoint, receiver):
    organiser.language = "en"
    organiser.save(update_fields=("language",))
    receiver.answers = [410]
    tell(event)

    deliver_webhook(the_delivery().pk, at=NOON)

    endpoint.refresh_from_db()
    assert endpoint.stop_reason == StopReason.GONE
    assert the_delivery().state == DeliveryState.FAILED
    assert "answered that it is gone" in EmailMessage.objects.get().text_body


def test_a_dead_endpoint_costs_one_try_for_all_its_deliveries(event, endpoint, receiver):
    receiver.answers = [500]
    for _thing in range(3):
        tell(event)
    first, second, _third = WebhookDelivery.objects.order_by("pk")

    deliver_webhook(first.pk, at=NOON)

    assert not deliver_webhook(second.pk, at=NOON + SECOND)
    assert sweep(at=NOON + SECOND) == 0
    second.refresh_from_db()
    assert (second.state, second.attempts) == (DeliveryState.QUEUED, 0)
    assert deliver_webhook(second.pk, at=NOON + 5 * SECOND)
    endpoint.refresh_from_db()
    assert (endpoint.failures_in_a_row, endpoint.resting_until) == (0, None)


@pytest.mark.parametrize("status", [200, 204, 299])
def test_any_2xx_is_taken(event, endpoint, receiver, status):
    receiver.answers = [status]
    tell(event)

    assert deliver_webhook(the_delivery().pk, at=NOON)


@pytest.mark.parametrize("status", [301, 302, 400, 404, 429, 500])
def test_anything_else_is_tried_again(event, endpoint, receiver, status):
    receiver.answers = [status]
    receiver.location = "http://169.254.169.254/"
    tell(event)

    assert not deliver_webhook(the_delivery().pk, at=NOON)

    delivery = the_delivery()
    assert (delivery.state, delivery.last_status_code) == (DeliveryState.QUEUED, status)
    assert len(receiver.received) == 1


def test_an_address_that_leads_inside_is_never_posted_to(event, endpoint, receiver, settings):
    """What was allowed when it was added may lead elsewhere today."""
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = False
    tell(event)

    assert not deliver_webhook(the_delivery().pk, at=NOON)

    assert receiver.received == []
    delivery = the_delivery()
    assert (delivery.state, delivery.last_status_code) == (DeliveryState.QUEUED, None)
    assert delivery.last_error == "The address must begin with https://."


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "http://partner.example.org/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://partner.example.org:8443/"}, "url"),
        ({"url": "https://partner.example.org/" + "a" * 500}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["everything"]}, "kinds"),
        ({"kinds": ["webhook.test"]}, "kinds"),
    ],
)
def test_a_webhook_that_makes_no_sense_is_refused(event, changes, field):
    with pytest.raises(InputRefused) as refusal:
        add_webhook(
            **{
                "event_id": event.pk, "url": "https://partner.example.org/",
                "kinds": ["order.placed"], "actor": None, "at": NOON, **changes,
            }
        )  # fmt: skip

    assert refusal.value.field == field
    assert not WebhookEndpoint.objects.exists()


def test_an_event_has_at_most_twenty(event, monkeypatch, receiver):
    monkeypatch.setattr(webhooks, "MOST_ENDPOINTS", 1)
    an_endpoint(event, receiver)

    with pytest.raises(webhooks.TooManyWebhooks):
        an_endpoint(event, receiver)

    assert WebhookEndpoint.objects.count() == 1


def test_the_secret_is_readable_in_no_column(endpoint):
    secret = secret_of(endpoint)

    assert secret.startswith("whsec_")
    assert len(secret) == 6 + 32
    assert secret[6:] not in str(WebhookEndpoint.objects.values().get())


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"kinds": []}, "webhook_listens_to_something_known"),
        ({"kinds": ["webhook.test"]}, "webhook_listens_to_something_known"),
        ({"url": "ftp://a"}, "webhook_has_a_web_address"),
        ({"stopped_at": NOON}, "webhook_stopped_has_its_reason"),
        ({"stop_reason": "failing"}, "webhook_stopped_has_its_reason"),
        ({"sealed_secret": ""}, "webhook_has_a_secret"),
    ],
)
def test_the_database_refuses_a_half_filled_webhook(endpoint, changes, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        WebhookEndpoint.objects.update(**changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "lost"}, "webhook_delivery_state_is_known"),
        ({"kind": "everything"}, "webhook_delivery_kind_is_known"),
        ({"state": "delivered"}, "webhook_delivered_has_its_time"),
        ({"delivered_at": NOON}, "webhook_delivered_has_its_time"),
        ({"state": "sending"}, "webhook_being_sent_has_a_lease"),
        ({"lease_until": NOON}, "webhook_being_sent_has_a_lease"),
    ],
)
def test_the_database_refuses_a_half_filled_delivery(event, endpoint, changes, constraint):
    tell(event)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        WebhookDelivery.objects.update(**changes)


def test_it_is_sent_again_with_the_same_id_and_text(
    event, organiser, endpoint, receiver, django_capture_on_commit_callbacks
):
    tell(event)
    deliver_webhook(the_delivery().pk, at=NOON)
    delivery_id = the_delivery().pk
    with django_capture_on_commit_callbacks(execute=True):
        replay_delivery(
            delivery_id=delivery_id, event_id=event.pk, actor=organiser, at=timezone.now()
        )

    first, again = receiver.received
    assert again.body == first.body
    assert again.headers["webhook-id"] == first.headers["webhook-id"]
    assert the_delivery().state == DeliveryState.DELIVERED
    assert HistoryEntry.objects.filter(action=EventAction.WEBHOOK_REPLAYED).count() == 1


def test_what_waits_or_goes_elsewhere_is_not_sent_again(event, other_event, endpoint):
    tell(event)
    delivery = the_delivery()

    with pytest.raises(TransitionRefused):
        replay_delivery(delivery_id=delivery.pk, event_id=event.pk, actor=None, at=NOON)
    with pytest.raises(WebhookDelivery.DoesNotExist):
        replay_delivery(delivery_id=delivery.pk, event_id=other_event.pk, actor=None, at=NOON)

    deliver_webhook(delivery.pk, at=NOON)
    stop_webhook(endpoint_id=endpoint.pk, event_id=event.pk, actor=None, at=NOON)
    with pytest.raises(WebhookIsStopped):
        replay_delivery(delivery_id=delivery.pk, event_id=event.pk, actor=None, at=NOON)
    assert the_delivery().state == DeliveryState.DELIVERED


def test_what_waits_at_a_stopped_webhook_is_sent_once_it_is_started(
    event, endpoint, receiver, django_capture_on_commit_callbacks
):
    now = timezone.now()
    tell(event, at=now)
    stop_webhook(endpoint_id=endpoint.pk, event_id=event.pk, actor=None, at=now)
    assert not deliver_webhook(the_delivery().pk, at=now)
    assert sweep(at=now) == 0

    start_webhook(endpoint_id=endpoint.pk, event_id=event.pk, actor=None, at=now)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep(at=now) == 1

    assert len(receiver.received) == 1
    actions = HistoryEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["webhook.added", "webhook.stopped", "webhook.started"]


def test_a_trial_goes_out_whatever_it_listens_to(
    event, organiser, endpoint, receiver, django_capture_on_commit_callbacks
):
    WebhookEndpoint.objects.update(resting_until=NOON + dt.timedelta(days=999))

    with django_capture_on_commit_callbacks(execute=True):
        try_webhook(endpoint_id=endpoint.pk, event_id=event.pk, actor=organiser, at=NOON)

    assert the_delivery().state == DeliveryState.QUEUED  # NOON is later than the real clock
    assert deliver_webhook(the_delivery().pk, at=NOON)
    assert json.loads(receiver.received[0].body)["type"] == "webhook.test"


def test_the_desk_adds_tries_shows_stops_and_sends_again(
    event, organiser, receiver, django_capture_on_commit_callbacks
):
    client = signed_in(organiser)
    pages = reverse("conference:webhooks", args=[event.slug])

    assert client.get(pages).status_code == 200
    added = client.post(pages, {"url": receiver.url, "kinds": ["order.placed"]})
    endpoint = WebhookEndpoint.objects.get()
    page = reverse("conference:webhook", args=[event.slug, endpoint.pk])
    assert added["Location"] == page
    assert endpoint.created_by == organiser

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{page}trial").status_code == 302
    shown = client.get(page).content.decode()
    delivery = the_delivery()
    assert delivery.state == DeliveryState.DELIVERED
    assert "204" in shown
    assert secret_of(endpoint) in shown

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{pages}deliveries/{delivery.pk}/replay")
    assert len(receiver.received) == 2

    client.post(f"{page}stop")
    endpoint.refresh_from_db()
    assert endpoint.stop_reason == StopReason.BY_HAND
    client.post(f"{page}trial")
    assert WebhookDelivery.objects.count() == 1
    client.post(f"{page}start")
    endpoint.refresh_from_db()
    assert endpoint.is_active


def test_the_desk_keeps_what_was_typed_when_it_refuses(event, organiser):
    client = signed_in(organiser)
    address = "https://169.254.169.254/latest/"

    answer = client.post(
        reverse("conference:webhooks", args=[event.slug]),
        {"url": address, "kinds": ["order.placed"]},
    )

    assert answer.status_code == 422
    assert f'value="{address}"' in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_webhooks_of_another_event_are_not_found(event, organiser, other_event, receiver):
    endpoint = an_endpoint(other_event, receiver)
    page = reverse("conference:webhook", args=[event.slug, endpoint.pk])
    client = signed_in(organiser)

    assert client.get(page).status_code == 404
    delivery = try_webhook(endpoint_id=endpoint.pk, event_id=other_event.pk, actor=None, at=NOON)
    for action in ("trial", "stop", "start", f"../deliveries/{delivery.pk}/replay"):
        assert client.post(f"{page}{action}").status_code == 404
    endpoint.refresh_from_db()
    assert endpoint.is_active
    assert mail.outbox == []
