"""Money that arrives: it is recorded once, whatever became of the order, and the order follows it."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from conference.kernel.background import after_commit
from conference.kernel.db import violated_constraint
from conference.kernel.states import require_transition
from conference.models import User
from conference.operations.history import record
from registration.models import LedgerEntry, Order, Payment, PaymentAttempt
from registration.operations.additions import keep_paid_additions
from registration.operations.confirming import confirm_locked
from registration.operations.locking import lock_order
from registration.operations.reviving import lost_registrations, revive_locked
from registration.operations.telling import tell_buyer
from registration.operations.telling_partners import announce_payment
from registration.queries.money import hold_after_a_part, kept_minor
from registration.queries.orders import owed_minor
from registration.queries.owed_additions import owed_for_additions_minor
from registration.rules.refusals import (
    AlreadyRegistered,
    PaymentOfAnotherOrder,
    PaymentRefused,
    SoldOut,
    WorkshopFull,
)
from registration.states import (
    ORDER_TRANSITIONS,
    AttemptState,
    LedgerKind,
    OrderState,
    PaymentMethod,
    RegistrationAction,
)

PAYMENT_TWICE = "payment_counts_once"
RECORDED_BY_PEOPLE = frozenset({PaymentMethod.BANK_TRANSFER, PaymentMethod.ON_SITE})


@transaction.atomic
def record_payment(
    *,
    order_id: int,
    amount_minor: int,
    external_id: str,
    received_at: dt.datetime,
    actor: User | None,
    at: dt.datetime,
    method: str = PaymentMethod.BANK_TRANSFER,
) -> Payment:
    """
    Note a bank transfer or money at the desk; the order is confirmed once everything is paid.

    `external_id` is the bank's identifier or the number of the receipt; the same one again counts
    once. A part of the money leaves the order waiting for the rest. Money for an expired order
    takes its seats again, or waits for the organisers if they are gone.

    :raises PaymentRefused: if the amount or the identifier make no sense.
    :raises PaymentOfAnotherOrder: if it stands at another order or with another amount.
    """
    external_id = external_id.strip()
    if method not in RECORDED_BY_PEOPLE:
        raise PaymentRefused(_("This way of payment is not recorded by hand."), field="method")
    if not 0 < amount_minor < 10**15:
        raise PaymentRefused(_("The amount must be more than zero."), field="amount_minor")
    if not external_id or len(external_id) > 100:
        raise PaymentRefused(
            _("Please write the identifier of the payment, at most 100 characters."),
            field="external_id",
        )
    order = lock_order(order_id)
    if order.payment_method == PaymentMethod.FREE:
        raise PaymentRefused(_("This order costs nothing."), field="amount_minor")
    return enter_payment_locked(
        order,
        method=PaymentMethod(method),
        amount_minor=amount_minor,
        external_id=external_id,
        scope=str(order.event_id) if method == PaymentMethod.ON_SITE else "",
        received_at=received_at,
        actor=actor,
        at=at,
    )


def enter_payment_locked(
    order: Order,
    *,
    method: PaymentMethod,
    amount_minor: int,
    external_id: str,
    received_at: dt.datetime,
    actor: User | None,
    at: dt.datetime,
    scope: str = "",
    attempt: PaymentAttempt | None = None,
) -> Payment:
    """
    The same for an order that the caller has locked, whatever its state.

    :raises PaymentOfAnotherOrder: if that identifier stands at another order or amount.
    """
    known = Payment.objects.filter(method=method, scope=scope, external_id=external_id).first()
    if known is None:
        try:
            with transaction.atomic():
                payment = Payment.objects.create(
                    order=order, method=method, amount_minor=amount_minor, currency=order.currency,
                    external_id=external_id, scope=scope, attempt=attempt, received_at=received_at,
                    recorded_by=actor, recorded_at=at,
                )  # fmt: skip
                LedgerEntry.objects.create(
                    order=order, kind=LedgerKind.PAYMENT, amount_minor=-amount_minor,
                    currency=order.currency, payment=payment, entered_at=at,
                )  # fmt: skip
        except IntegrityError as error:
            if violated_constraint(error) != PAYMENT_TWICE:
                raise
            known = Payment.objects.get(method=method, scope=scope, external_id=external_id)
    if known is not None:
        if known.order_id != order.pk or known.amount_minor != amount_minor:
            raise PaymentOfAnotherOrder(
                _("A payment with this identifier is recorded already, with something else."),
                field="external_id",
            )
        return known
    record(
        RegistrationAction.PAYMENT_RECORDED, event=order.event, subject=order, actor=actor, at=at,
        data={"payment": payment.pk, "amount_minor": amount_minor, "method": method.value},
    )  # fmt: skip
    announce_payment(order, payment, at=at)
    after_commit("registration.write_receipt", payment_id=payment.pk)
    _follow_the_money(order, actor=actor, at=at)
    _close_other_attempts(order, attempt, at=at)
    return payment


def _close_other_attempts(order: Order, paid_by: PaymentAttempt | None, *, at: dt.datetime) -> None:
    """
    Whoever began to pay in several ways has paid in one: the other pages are no longer waited for.

    Money that still comes by one climbs over this, and stands on the desk as owed to her.
    """
    if owed_minor(order) > 0:
        return
    others = order.payment_attempts.filter(state=AttemptState.CREATED)
    if paid_by is not None:
        others = others.exclude(pk=paid_by.pk)
    others.update(state=AttemptState.REJECTED, state_changed_at=at)


def _follow_the_money(order: Order, *, actor: User | None, at: dt.datetime) -> None:
    if order.state == OrderState.PENDING and owed_minor(order) <= 0:
        confirm_locked(order, actor=actor, at=at)
    elif order.state == OrderState.PENDING:
        _keep_for_the_rest(order, at=at)
    elif order.state == OrderState.EXPIRED and kept_minor(order) >= order.total_minor:
        _revive_or_wait(order, actor=actor, at=at)
    elif order.state == OrderState.CONFIRMED and owed_for_additions_minor(order) <= 0:
        keep_paid_additions(order, at=at)
    # Money for a cancelled order stands in the ledger as owed to the person.


def _keep_for_the_rest(order: Order, *, at: dt.datetime) -> None:
    """A part arrived: by an instalment plan or the event's rule the place is kept longer."""
    until = hold_after_a_part(order, at=at)
    if until is not None and (order.expires_at is None or until > order.expires_at):
        order.expires_at = until
        order.save(update_fields=("expires_at",))


def _revive_or_wait(order: Order, *, actor: User | None, at: dt.datetime) -> None:
    try:
        with transaction.atomic():
            revive_locked(order, actor=actor, at=at)
    except (SoldOut, WorkshopFull, AlreadyRegistered) as refusal:
        order.refresh_from_db(fields=("state", "confirmed_at", "ended_at", "expires_at"))
        require_transition(
            ORDER_TRANSITIONS, old=OrderState(order.state), new=OrderState.PAID_WITHOUT_SEAT
        )
        order.state = OrderState.PAID_WITHOUT_SEAT
        order.save(update_fields=("state",))
        record(
            RegistrationAction.PAID_WITHOUT_SEAT, event=order.event, subject=order, actor=actor,
            at=at, data={"because": refusal.code},
        )  # fmt: skip
        tell_buyer(
            "paid_without_seat", order=order, registrations=lost_registrations(order),
            event=order.event, at=at,
        )  # fmt: skip
