import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.states import require_transition
from conference.models import User
from conference.operations.history import record
from conference.states import WebhookKind
from registration.models import Badge, Order, Registration
from registration.operations.group_seats import group_of
from registration.operations.telling import tell
from registration.operations.telling_groups import tell_owner
from registration.operations.telling_partners import announce_order
from registration.queries.orders import owed_minor
from registration.rules.refusals import NotPaid
from registration.states import (
    ORDER_TRANSITIONS,
    REGISTRATION_TRANSITIONS,
    OrderState,
    RegistrationAction,
    RegistrationState,
)


@transaction.atomic
def confirm_order(*, order_id: int, actor: User | None, at: dt.datetime) -> Order:
    """
    Confirm an order whose money has arrived, issue the badges and write to the person.

    :raises NotPaid: if the ledger says that something is owed.
    :raises TransitionRefused: if it is not waiting for payment.
    """
    order = Order.objects.select_for_update(of=("self",)).select_related("event").get(pk=order_id)
    confirm_locked(order, actor=actor, at=at)
    return order


def confirm_locked(order: Order, *, actor: User | None, at: dt.datetime) -> None:
    """The same for an order that the caller has locked."""
    require_transition(ORDER_TRANSITIONS, old=OrderState(order.state), new=OrderState.CONFIRMED)
    if owed_minor(order) > 0:
        raise NotPaid(_("This order is not paid in full yet."))
    order.state = OrderState.CONFIRMED
    order.confirmed_at = at
    order.expires_at = None
    order.ended_at = None
    order.save(update_fields=("state", "confirmed_at", "expires_at", "ended_at"))
    record(RegistrationAction.ORDER_CONFIRMED, event=order.event, subject=order, actor=actor, at=at)
    announce_order(WebhookKind.ORDER_CONFIRMED, order, at=at)
    waiting = order.registrations.exclude(state=RegistrationState.CANCELLED)
    for registration in waiting.select_for_update().order_by("pk"):
        confirm_place(order, registration, at=at)
    if order.is_for_group:
        tell_owner("group_ready", group=group_of(order), at=at)


def confirm_place(order: Order, registration: Registration, *, at: dt.datetime) -> None:
    """One place of a locked order: hers, with its badge and a letter."""
    require_transition(
        REGISTRATION_TRANSITIONS,
        old=RegistrationState(registration.state),
        new=RegistrationState.CONFIRMED,
    )
    registration.state = RegistrationState.CONFIRMED
    registration.confirmed_at = at
    registration.ended_at = None
    registration.must_be_paid_by = None
    registration.save(update_fields=("state", "confirmed_at", "ended_at", "must_be_paid_by"))
    issue_badge(registration, at=at)
    tell("confirmed", order=order, registration=registration, event=order.event, at=at)


def issue_badge(registration: Registration, *, at: dt.datetime) -> Badge:
    """The code that opens doors; a confirmed registration has one current badge."""
    return Badge.objects.create(registration=registration, issued_at=at)
