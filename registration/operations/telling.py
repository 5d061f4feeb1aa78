"""Letters about an order, in the language of whoever placed it."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse

from conference.models import Event
from conference.operations.emailing import queue_email
from registration.models import Order, Registration
from registration.rules.references import written_reference


def tell(
    kind: str,
    *,
    order: Order,
    registration: Registration,
    event: Event,
    at: dt.datetime,
    **context: Any,
) -> None:
    """Queue the letter `kind`, a folder of registration/email/ such as placed or expired."""
    ticket_url = settings.SITE_URL + reverse("registration:place", args=[registration.token])
    queue_email(
        f"registration/email/{kind}",
        to_address=order.email,
        to_name=registration.badge_name,
        language=order.language,
        event=event,
        about=order,
        context={
            "order": order,
            "registration": registration,
            "reference": written_reference(order.reference),
            "total": order.total.written(order.language),
            "order_url": settings.SITE_URL + reverse("registration:order", args=[order.token]),
            "ticket_url": ticket_url,
            "qr_url": f"{ticket_url}qr.png",
            "event_url": settings.SITE_URL + reverse("registration:event", args=[event.slug]),
            **context,
        },
        at=at,
    )
