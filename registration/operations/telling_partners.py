"""
What partners' programs are told of orders, places and money: names of things, never of people.

Each is one query where nobody listens; see `conference.operations.announcing.announce`.
"""

import datetime as dt

from conference.operations.announcing import announce
from conference.states import WebhookKind
from registration.models import Order, Payment, Refund, Registration, ScanEvent


def announce_order(kind: WebhookKind, order: Order, *, at: dt.datetime) -> None:
    """Placed, confirmed, cancelled or expired; the state is the new one."""
    data = {"order": order.reference, "state": str(order.state)}
    announce(event=order.event, kind=kind, subject=order, data=data, at=at)


def announce_correction(registration: Registration, *, at: dt.datetime) -> None:
    announce(
        event=registration.event,
        kind=WebhookKind.REGISTRATION_CORRECTED,
        subject=registration,
        data={"registration": str(registration.uid)},
        at=at,
    )


def announce_payment(order: Order, payment: Payment, *, at: dt.datetime) -> None:
    announce(
        event=order.event,
        kind=WebhookKind.PAYMENT_RECORDED,
        subject=order,
        data={
            "order": order.reference,
            "payment": payment.pk,
            "amount_minor": payment.amount_minor,
            "currency": payment.currency,
        },
        at=at,
    )


def announce_refund(order: Order, refund: Refund, *, at: dt.datetime) -> None:
    announce(
        event=order.event,
        kind=WebhookKind.REFUND_RECORDED,
        subject=order,
        data={
            "order": order.reference,
            "payment": refund.payment_id,
            "amount_minor": refund.amount_minor,
            "currency": refund.currency,
        },
        at=at,
    )


def announce_check_in(scan: ScanEvent, registration: Registration, *, at: dt.datetime) -> None:
    announce(
        event=scan.event,
        kind=WebhookKind.ATTENDEE_CHECKED_IN,
        subject=registration,
        data={"registration": str(registration.uid), "scan": scan.pk, "door": scan.point.name},
        at=at,
    )
