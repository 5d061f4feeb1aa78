"""
What a partner's program changes: the same operations as at the desk, on rows of its own event.

Where a key acts there is no person; history says which key it was.
"""

import datetime as dt
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from conference.models import ApiKey, Event, User
from conference.operations.history import record
from conference.states import EventAction
from registration.models import Order, Payment, Registration
from registration.operations.cancelling import cancel_order
from registration.operations.correcting import correct_names
from registration.operations.paying import record_payment
from registration.rules.refusals import PaymentRefused
from registration.states import RegistrationAction


@transaction.atomic
def cancel_order_for_partner(
    *, event: Event, reference: str, key: ApiKey | None, actor: User | None, at: dt.datetime
) -> Order:
    """
    Cancel an order of the event.

    :raises Order.DoesNotExist: if the event has no such order.
    :raises TransitionRefused: if it is cancelled or expired already.
    """
    order = Order.objects.get(event=event, reference=reference)
    cancelled = cancel_order(order_id=order.pk, actor=actor, at=at)
    _note(key, RegistrationAction.ORDER_CANCELLED, event=event, subject=cancelled, at=at)
    return cancelled


@transaction.atomic
def record_payment_for_partner(
    *,
    event: Event,
    reference: str,
    amount_minor: int,
    currency: str,
    external_id: str,
    received_at: dt.datetime,
    key: ApiKey | None,
    actor: User | None,
    at: dt.datetime,
) -> Payment:
    """
    Note a bank transfer for an order of the event; the same `external_id` again counts once.

    :raises Order.DoesNotExist: if the event has no such order.
    :raises PaymentRefused: if the money is of another currency, or makes no sense.
    :raises PaymentOfAnotherOrder: if that transfer stands at another order or with another amount.
    """
    order = Order.objects.get(event=event, reference=reference)
    if currency != order.currency:
        raise PaymentRefused(
            _("This order is in %(currency)s.") % {"currency": order.currency}, field="currency"
        )
    payment = record_payment(
        order_id=order.pk,
        amount_minor=amount_minor,
        external_id=external_id,
        received_at=received_at,
        actor=actor,
        at=at,
    )
    _note(key, RegistrationAction.PAYMENT_RECORDED, event=event, subject=order, at=at)
    return payment


@transaction.atomic
def correct_names_for_partner(
    *,
    event: Event,
    registration_id: int,
    changes: dict[str, str],
    key: ApiKey | None,
    actor: User | None,
    at: dt.datetime,
) -> Registration:
    """
    Change the names or the institution that `changes` holds; the others stay.

    :raises Registration.DoesNotExist: if the event has no such place.
    :raises InputRefused: if a name cannot be kept.
    """
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("event")
        .get(pk=registration_id, event=event)
    )
    kept: dict[str, Any] = {
        name: changes.get(name, getattr(registration, name))
        for name in ("badge_name", "certificate_name", "institution")
    }
    corrected = correct_names(
        registration_id=registration.pk, by_herself=False, actor=actor, at=at, **kept
    )
    _note(key, RegistrationAction.DETAILS_CORRECTED, event=event, subject=corrected, at=at)
    return corrected


def _note(
    key: ApiKey | None,
    did: RegistrationAction,
    *,
    event: Event,
    subject: models.Model,
    at: dt.datetime,
) -> None:
    if key is not None:
        record(
            EventAction.DONE_WITH_A_KEY, event=event, subject=subject, actor=None, at=at,
            data={"api_key": key.pk, "did": did.value},
        )  # fmt: skip
