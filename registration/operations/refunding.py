"""Money that goes back. It is reserved when it is asked for, and enters the ledger when it left."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from conference.kernel.background import after_commit
from conference.kernel.db import refuse_on
from conference.kernel.states import require_transition
from conference.models import User
from conference.operations.history import record
from registration.models import LedgerEntry, Order, Payment, Refund
from registration.operations.locking import lock_order
from registration.operations.telling_partners import announce_refund
from registration.queries.orders import owed_minor
from registration.queries.owed_additions import price_of_additions_minor
from registration.rules.refunds import share_refund
from registration.rules.refusals import RefundRefused, RefundTooLarge
from registration.states import (
    PROVIDER_OF_METHOD,
    REFUND_TRANSITIONS,
    LedgerKind,
    LedgerReason,
    OrderState,
    RefundCause,
    RefundState,
    RegistrationAction,
)

REASON_CHARACTERS = 300


def request_refund(
    *, order_id: int, amount_minor: int, reason: str, actor: User | None, at: dt.datetime
) -> Refund:
    """
    Ask for a part or all of an order's money back.

    Usually one refund. If no single payment is large enough there are several, each of one payment;
    the first is returned and `request_refunds` gives them all. Money paid at a provider goes back
    by itself; what came by bank or at the desk waits for somebody who sends it.

    :raises RefundRefused: if the amount makes no sense.
    :raises RefundTooLarge: if less than that was paid and not sent back yet.
    """
    return request_refunds(
        order_id=order_id, amount_minor=amount_minor, reason=reason, actor=actor, at=at
    )[0]


@transaction.atomic
def request_refunds(
    *, order_id: int, amount_minor: int, reason: str, actor: User | None, at: dt.datetime
) -> list[Refund]:
    """`request_refund`, and all the refunds it made."""
    return request_refunds_locked(
        lock_order(order_id), amount_minor=amount_minor, reason=reason, actor=actor, at=at
    )


def request_refunds_locked(
    order: Order, *, amount_minor: int, reason: str, actor: User | None, at: dt.datetime
) -> list[Refund]:
    """The same for an order that the caller has locked."""
    if amount_minor <= 0:
        raise RefundRefused(_("The amount must be more than zero."), field="amount_minor")
    payments = list(order.payments.select_for_update().order_by("pk"))
    shares = share_refund(
        amount_minor,
        [
            (payment.pk, payment.refundable.amount_minor, payment.method in PROVIDER_OF_METHOD)
            for payment in payments
        ],
    )
    if shares is None:
        raise RefundTooLarge(
            _("More than what was paid and not sent back yet cannot be refunded."),
            field="amount_minor",
        )
    by_pk = {payment.pk: payment for payment in payments}
    return [
        open_refund_locked(
            order, payment=by_pk[payment_id], amount_minor=share, reason=reason, actor=actor, at=at
        )
        for payment_id, share in shares
    ]


def open_refund_locked(
    order: Order,
    *,
    payment: Payment,
    amount_minor: int,
    reason: str,
    actor: User | None,
    at: dt.datetime,
    cause: RefundCause = RefundCause.ORGANISER,
) -> Refund:
    """
    Reserve a part of one payment to go back; the order is locked.

    :raises RefundTooLarge: if the payment has not that much left.
    """
    reserved = Payment.objects.filter(
        pk=payment.pk, amount_minor__gte=F("refunded_minor") + amount_minor
    ).update(refunded_minor=F("refunded_minor") + amount_minor)
    if not reserved:
        raise RefundTooLarge(
            _("More than what was paid and not sent back yet cannot be refunded."),
            field="amount_minor",
        )
    refund = Refund.objects.create(
        order=order, payment=payment, uid=uuid.uuid4(), cause=cause, amount_minor=amount_minor,
        currency=payment.currency, reason=reason.strip()[:REASON_CHARACTERS], requested_by=actor,
        requested_at=at, next_try_at=at,
    )  # fmt: skip
    record(
        RegistrationAction.REFUND_REQUESTED, event=order.event, subject=order, actor=actor, at=at,
        data={"refund": refund.pk, "amount_minor": amount_minor, "cause": cause.value},
    )  # fmt: skip
    if cause == RefundCause.ORGANISER and payment.method in PROVIDER_OF_METHOD:
        after_commit("registration.carry_out_refund", refund_id=refund.pk)
    return refund


@transaction.atomic
def record_refund_sent(
    *, refund_id: int, external_id: str, actor: User | None, at: dt.datetime
) -> Refund:
    """
    Note that somebody sent the money back by bank or handed it over at the desk.

    :raises RefundRefused: without the identifier of the transfer or receipt, or for money that a
        provider sends back itself.
    :raises TransitionRefused: if the refund is over.
    """
    external_id = external_id.strip()
    if not external_id or len(external_id) > 100:
        raise RefundRefused(
            _("Please write the identifier of the transfer or receipt, at most 100 characters."),
            field="external_id",
        )
    order, refund = _locked(refund_id)
    if refund.payment.method in PROVIDER_OF_METHOD:
        raise RefundRefused(_("The provider sends this money back itself."))
    with refuse_on(
        "refund_counts_once",
        RefundRefused(_("This identifier stands at another refund already."), field="external_id"),
    ):
        finish_refund_locked(order, refund, external_id=external_id, actor=actor, at=at)
    return refund


@transaction.atomic
def cancel_refund(*, refund_id: int, actor: User | None, at: dt.datetime) -> Refund:
    """
    Call off a refund that nobody has begun to carry out.

    :raises TransitionRefused: if it is on its way or over.
    """
    order, refund = _locked(refund_id)
    _end_unpaid(refund, new=RefundState.CANCELLED, at=at)
    record(
        RegistrationAction.REFUND_CANCELLED, event=order.event, subject=order, actor=actor, at=at,
        data={"refund": refund.pk},
    )  # fmt: skip
    return refund


@transaction.atomic
def fail_refund(*, refund_id: int, problem: str, actor: User | None, at: dt.datetime) -> Refund:
    """
    Note that the provider refused it for good: the money is with us still, and free again.

    :raises TransitionRefused: if it is not on its way.
    """
    order, refund = _locked(refund_id)
    refund.problem = problem[:300]
    _end_unpaid(refund, new=RefundState.FAILED, at=at)
    record(
        RegistrationAction.REFUND_FAILED, event=order.event, subject=order, actor=actor, at=at,
        data={"refund": refund.pk},
    )  # fmt: skip
    return refund


def _locked(refund_id: int) -> tuple[Order, Refund]:
    """The order first, as everywhere; then the refund."""
    order = lock_order(Refund.objects.values_list("order_id", flat=True).get(pk=refund_id))
    refund = (
        Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund_id)
    )
    return order, refund


def _end_unpaid(refund: Refund, *, new: RefundState, at: dt.datetime) -> None:
    require_transition(REFUND_TRANSITIONS, old=RefundState(refund.state), new=new)
    Payment.objects.filter(pk=refund.payment_id).update(
        refunded_minor=F("refunded_minor") - refund.amount_minor
    )
    refund.state = new
    refund.ended_at = at
    refund.next_try_at = None
    refund.save(update_fields=("state", "ended_at", "next_try_at", "problem"))


def finish_refund_locked(
    order: Order, refund: Refund, *, external_id: str, actor: User | None, at: dt.datetime
) -> None:
    """The money left: write it into the ledger. The order and the refund are locked."""
    require_transition(REFUND_TRANSITIONS, old=RefundState(refund.state), new=RefundState.DONE)
    refund.state = RefundState.DONE
    refund.external_id = external_id
    refund.ended_at = at
    refund.next_try_at = None
    refund.problem = ""
    refund.save(update_fields=("state", "external_id", "ended_at", "next_try_at", "problem"))
    LedgerEntry.objects.create(
        order=order, kind=LedgerKind.REFUND, amount_minor=refund.amount_minor,
        currency=refund.currency, payment=refund.payment, refund=refund, entered_at=at,
    )  # fmt: skip
    if order.state == OrderState.CONFIRMED and refund.cause != RefundCause.CHARGEBACK:
        _forgive(order, refund, at=at)
    record(
        RegistrationAction.REFUND_RECORDED, event=order.event, subject=order, actor=actor, at=at,
        data={"refund": refund.pk, "amount_minor": refund.amount_minor},
    )  # fmt: skip
    announce_refund(order, refund, at=at)
    after_commit("registration.write_credit_note", refund_id=refund.pk)


def _forgive(order: Order, refund: Refund, *, at: dt.datetime) -> None:
    """
    Who keeps a place and gets money back paid less for it: the organisers meant it as a discount.

    A chargeback is no gift: then she owes. Neither is the money of what was given back, whose
    charge was withdrawn with it: what others of the order owe stays.
    """
    given_back = order.ledger_entries.filter(
        kind=LedgerKind.WAIVER, reason__in=(LedgerReason.CANCELLATION, LedgerReason.CHANGE),
        registration__isnull=False, entered_at=refund.requested_at,
    )  # fmt: skip
    if given_back.exists():
        return
    forgiven = min(refund.amount_minor, owed_minor(order) - price_of_additions_minor(order))
    if forgiven > 0:
        LedgerEntry.objects.create(
            order=order, kind=LedgerKind.WAIVER, amount_minor=-forgiven,
            currency=refund.currency, reason=LedgerReason.GOODWILL, entered_at=at,
        )  # fmt: skip
