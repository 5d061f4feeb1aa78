"""Letters about an order, in the language of whoever placed it."""

import datetime as dt
from collections.abc import Sequence
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
    to_address: str = "",
    **context: Any,
) -> None:
    """
    Write to a person about her place; `kind` is a folder of registration/email/ such as confirmed.

    If somebody else pays and is nobody of the order, a copy goes to who pays. `to_address` is
    for who had the place before. Who bought for a group gets none of its people's letters: their
    pages are their own.
    """
    if order.is_for_group:
        to_address = to_address or registration.email
    if to_address:
        _queue(kind, to_address, order, [registration], event, at=at, context=context)
        return
    addresses = {registration.email.casefold(): registration.email}
    if order.email.casefold() not in addresses and not _has_a_place(order):
        addresses[order.email.casefold()] = order.email
    for address in addresses.values():
        _queue(kind, address, order, [registration], event, at=at, context=context)


def tell_buyer(
    kind: str,
    *,
    order: Order,
    registrations: Sequence[Registration],
    event: Event,
    at: dt.datetime,
    **context: Any,
) -> None:
    """Write to who pays about the order as a whole; the people of a group are not named to her."""
    people = [] if order.is_for_group else registrations
    _queue(kind, order.email, order, people, event, at=at, context=context)


def _has_a_place(order: Order) -> bool:
    return order.registrations.filter(email__iexact=order.email).exists()


def _queue(
    kind: str,
    address: str,
    order: Order,
    registrations: Sequence[Registration],
    event: Event,
    *,
    at: dt.datetime,
    context: dict[str, Any],
) -> None:
    registration = registrations[0] if registrations else None
    language = registration.language if registration and order.is_for_group else order.language
    order_url = settings.SITE_URL + reverse("registration:order", args=[order.token])
    ticket_url = (
        settings.SITE_URL + reverse("registration:place", args=[registration.token])
        if registration
        else order_url
    )
    if registration and order.is_for_group:
        order_url = ticket_url  # the order is the owner's, its address is no business of her people
    queue_email(
        f"registration/email/{kind}",
        to_address=address,
        to_name=registration.badge_name if registration else order.payer_name,
        language=language,
        event=event,
        about=order,
        context={
            "order": order,
            "registration": registration,
            "registrations": registrations,
            "reference": written_reference(order.reference),
            "total": order.total.written(language),
            "order_url": order_url,
            "ticket_url": ticket_url,
            "qr_url": f"{ticket_url}qr.png",
            "event_url": settings.SITE_URL + reverse("registration:event", args=[event.slug]),
            **context,
        },
        at=at,
    )
