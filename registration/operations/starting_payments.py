"""Beginning to pay at a provider: one attempt however often the button is pressed."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from conference.operations.history import record
from registration.models import (
    Order,
    PaymentAttempt,
    ProviderAccount,
    RegistrationPolicy,
    WorkshopBooking,
)
from registration.operations.accounts import provider_of
from registration.operations.locking import lock_order
from registration.providers.base import Checkout, Intent, ProviderRefused, ProviderUnavailable
from registration.queries.money import next_due_of
from registration.queries.orders import owed_minor
from registration.rules.asking import CHECKOUT, FIRST, hold_for_attempt
from registration.rules.references import written_reference
from registration.rules.refusals import (
    KeysRefused,
    NothingToPay,
    PaymentMethodRefused,
    ProviderAway,
)
from registration.states import AttemptState, OrderState, RegistrationAction

SOON_OVER = dt.timedelta(minutes=1)


def start_payment(*, order_id: int, provider: str, at: dt.datetime) -> PaymentAttempt:
    """
    Open the provider's page for what an order owes now, or for its next instalment.

    Pressed again it is the same attempt with the same page. The provider is asked outside of any
    transaction; the order keeps its place while she pays.

    :raises NothingToPay: if nothing is owed or the hold is over.
    :raises PaymentMethodRefused: if the event does not offer that.
    :raises ProviderAway: if the provider does not answer; the place is held all the same.
    """
    attempt = _begin(order_id=order_id, provider=provider, at=at)
    if attempt.checkout_url:
        return attempt
    away = ProviderAway(
        _(
            "The payment provider does not answer at the moment. Your place is held: "
            "please try again in a few minutes, or choose another way to pay."
        )
    )
    try:
        checkout = provider_of(attempt.account).start(_intent(attempt))
    except (ProviderUnavailable, ProviderRefused, KeysRefused) as error:
        raise away from error
    return _note_checkout(attempt_id=attempt.pk, checkout=checkout, at=at)


@transaction.atomic
def _begin(*, order_id: int, provider: str, at: dt.datetime) -> PaymentAttempt:
    order = lock_order(order_id)
    is_held = order.expires_at is not None and order.expires_at > at
    may_owe = order.state == OrderState.CONFIRMED or (order.state == OrderState.PENDING and is_held)
    if not may_owe:
        raise NothingToPay(_("This order does not wait for payment any more."))
    due = next_due_of(order)
    amount_minor = min(due.missing_minor, owed_minor(order)) if due else owed_minor(order)
    if amount_minor <= 0:
        raise NothingToPay(_("Nothing is owed for this order."))
    account = ProviderAccount.objects.filter(
        event_id=order.event_id,
        provider=provider,
        is_offered=True,
        currencies__contains=[order.currency],
    ).first()
    if account is None:
        raise PaymentMethodRefused(_("Please choose how to pay."))
    begun = (
        order.payment_attempts.select_for_update()
        .filter(account=account, state=AttemptState.CREATED)
        .first()
    )
    if (
        begun is not None
        and begun.amount_minor == amount_minor
        and begun.deadline_at > at + SOON_OVER
    ):
        return begun
    if begun is not None:
        begun.state = AttemptState.REJECTED  # money that still comes by it climbs over this
        begun.state_changed_at = at
        begun.save(update_fields=("state", "state_changed_at"))
    return _new_attempt(order, account, amount_minor=amount_minor, at=at)


def _new_attempt(
    order: Order, account: ProviderAccount, *, amount_minor: int, at: dt.datetime
) -> PaymentAttempt:
    attempt = PaymentAttempt.objects.create(
        order=order, account=account, amount_minor=amount_minor, currency=order.currency,
        started_at=at, deadline_at=at + CHECKOUT, state_changed_at=at, next_fetch_at=at + FIRST,
    )  # fmt: skip
    _keep_what_is_paid_for(order, until=attempt.deadline_at, at=at)
    record(
        RegistrationAction.PAYMENT_STARTED, event=order.event, subject=order, actor=None, at=at,
        data={"attempt": attempt.pk, "provider": account.provider, "amount_minor": amount_minor},
    )  # fmt: skip
    return attempt


def _keep_what_is_paid_for(order: Order, *, until: dt.datetime, at: dt.datetime) -> None:
    """The places of a waiting order, or the seats that were added to a confirmed one."""
    if order.state == OrderState.CONFIRMED or order.expires_at is None:
        WorkshopBooking.objects.filter(
            registration__order=order, must_be_paid_by__gt=at, must_be_paid_by__lt=until
        ).update(must_be_paid_by=until)
        order.registrations.filter(must_be_paid_by__gt=at, must_be_paid_by__lt=until).update(
            must_be_paid_by=until
        )
        return
    until = hold_for_attempt(
        placed_at=order.placed_at, expires_at=order.expires_at, deadline_at=until
    )
    if until != order.expires_at:
        order.expires_at = until
        order.save(update_fields=("expires_at",))


@transaction.atomic
def _note_checkout(*, attempt_id: int, checkout: Checkout, at: dt.datetime) -> PaymentAttempt:
    attempt = (
        PaymentAttempt.objects.select_for_update(of=("self",))
        .select_related("order", "account")
        .get(pk=attempt_id)
    )
    if not attempt.checkout_url:
        attempt.provider_reference = checkout.reference
        attempt.checkout_url = checkout.url
        attempt.next_fetch_at = at + FIRST
        attempt.save(update_fields=("provider_reference", "checkout_url", "next_fetch_at"))
    return attempt


def _intent(attempt: PaymentAttempt) -> Intent:
    """Made of what is stored alone: asked again, it is the same to the letter."""
    order = attempt.order
    policy = RegistrationPolicy.objects.filter(event_id=order.event_id).first()
    transfer_days = policy.transfer_days if policy else 5
    with override(order.language):
        title = _("%(event)s, order %(reference)s") % {
            "event": order.event.short_name,
            "reference": written_reference(order.reference),
        }
    return Intent(
        uid=str(attempt.uid),
        amount=attempt.amount,
        title=title,
        email=order.email,
        language=order.language,
        return_url=settings.SITE_URL
        + reverse("registration:payment_attempt", args=[order.token, attempt.token]),
        started_at=attempt.started_at,
        deadline_at=attempt.deadline_at,
        slow_deadline_at=attempt.started_at + dt.timedelta(days=transfer_days),
    )
