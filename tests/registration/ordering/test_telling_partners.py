"""Where orders, places and money tell partners' programs; names of people are never told."""

import datetime as dt
import uuid

import pytest

from conference.models import WebhookDelivery, WebhookEndpoint
from conference.states import WEBHOOK_KINDS
from registration.models import ScanPoint
from registration.operations.cancelling import cancel_order
from registration.operations.checking_in import record_scan
from registration.operations.correcting import correct_names
from registration.operations.expiring import expire_orders
from registration.operations.paying import record_payment
from registration.operations.refunding import record_refund_sent, request_refund
from registration.states import ScanDirection, ScanMethod, ScanPointKind
from tests.conftest import NOON
from tests.registration.ordering.conftest import ANA, buy, somebody

pytestmark = pytest.mark.django_db
KINDS = [kind.value for kind in WEBHOOK_KINDS]


@pytest.fixture(autouse=True)
def listening(event):
    return WebhookEndpoint.objects.create(
        event=event, url="https://partner.example.org/", sealed_secret="sealed", kinds=KINDS,
        created_at=NOON,
    )  # fmt: skip


def told(*kinds: str) -> list[str]:
    found = WebhookDelivery.objects.filter(kind__in=kinds).order_by("pk")
    return [delivery.body.partition('"data":')[2].removesuffix("}") for delivery in found]


def test_a_payment_and_a_refund_are_told_once(physician_ticket, organiser):
    order = buy(physician_ticket)
    facts = {
        "order_id": order.pk, "amount_minor": 18000, "external_id": "B1", "received_at": NOON,
        "actor": organiser, "at": NOON,
    }  # fmt: skip
    payment = record_payment(**facts)
    record_payment(**facts)

    refund = request_refund(
        order_id=order.pk, amount_minor=5000, reason="Ill", actor=organiser, at=NOON
    )
    record_refund_sent(refund_id=refund.pk, external_id="R1", actor=organiser, at=NOON)

    money = f'"payment":{payment.pk},"amount_minor":%d,"currency":"USD"}}'
    assert told("payment.recorded", "refund.recorded") == [
        f'{{"order":"{order.reference}",' + money % 18000,
        f'{{"order":"{order.reference}",' + money % 5000,
    ]


def test_a_correction_is_told_without_the_name(physician_ticket, organiser):
    place = buy(physician_ticket).registrations.get()
    for _twice in range(2):
        correct_names(
            registration_id=place.pk, badge_name="Anita", certificate_name=ANA.certificate_name,
            institution=ANA.institution, by_herself=False, actor=organiser, at=NOON,
        )  # fmt: skip

    assert told("registration.corrected") == [f'{{"registration":"{place.uid}"}}']
    assert "Anita" not in str(list(WebhookDelivery.objects.values()))


def test_who_comes_in_is_told_once_a_day(event, free_ticket, organiser):
    place = buy(free_ticket).registrations.get()
    point = ScanPoint.objects.create(event=event, kind=ScanPointKind.ENTRANCE, name="Main")
    for _twice in range(2):
        record_scan(
            point_id=point.pk, event_id=event.pk, code=place.badges.get().token,
            direction=ScanDirection.IN, client_uid=uuid.uuid4(), scanned_at=NOON,
            method=ScanMethod.CAMERA, operator=organiser, at=NOON,
        )  # fmt: skip

    (said,) = told("attendee.checked_in")
    assert said.startswith(f'{{"registration":"{place.uid}","scan":')
    assert said.endswith('"door":"Main"}')


def test_how_an_order_goes_is_told_step_by_step(physician_ticket, free_ticket):
    late = buy(physician_ticket, at=NOON - dt.timedelta(days=20))
    expire_orders(at=NOON)
    free = buy(free_ticket, attendee=somebody(1))
    cancel_order(order_id=free.pk, actor=None, at=NOON)

    told_of = WebhookDelivery.objects.filter(kind__startswith="order.").order_by("pk")
    assert list(told_of.values_list("kind", "subject_id")) == [
        ("order.placed", late.pk),
        ("order.expired", late.pk),
        ("order.placed", free.pk),
        ("order.confirmed", free.pk),
        ("order.cancelled", free.pk),
    ]
    assert told("order.expired") == [f'{{"order":"{late.reference}","state":"expired"}}']
