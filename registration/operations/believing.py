"""What a provider says about an attempt, applied so that late and repeated news change nothing."""

import datetime as dt

from django.db import transaction

from conference.kernel.states import require_transition
from conference.models import User
from conference.operations.history import record
from registration.models import Order, Payment, PaymentAttempt, Refund, RegistrationPolicy
from registration.operations.locking import lock_order
from registration.operations.paying import enter_payment_locked
from registration.operations.refunding import (
    cancel_refund,
    finish_refund_locked,
    open_refund_locked,
)
from registration.providers.base import ProviderPayment, Truth
from registration.rules.asking import ask_again_at, is_given_up
from registration.rules.truth import difference_from, state_of
from registration.states import (
    ATTEMPT_RANK,
    ATTEMPT_TRANSITIONS,
    METHOD_OF_PROVIDER,
    AttemptState,
    OrderState,
    Provider,
    RefundCause,
    RefundState,
    RegistrationAction,
)

TRUE_MONEY = frozenset({AttemptState.APPROVED, AttemptState.REFUNDED, AttemptState.CHARGED_BACK})


@transaction.atomic
def believe(*, attempt_id: int, truth: Truth, at: dt.datetime) -> PaymentAttempt:
    """
    Apply what was fetched: record its money once, note what went back, climb to its state.

    Money that differs from the attempt in amount, currency, name or world (live or test) is not
    recorded: the attempt goes to review.
    """
    order = lock_order(PaymentAttempt.objects.values_list("order_id", flat=True).get(pk=attempt_id))
    attempt = (
        PaymentAttempt.objects.select_for_update(of=("self",))
        .select_related("account")
        .get(pk=attempt_id)
    )
    for said in truth.payments:
        _believe_payment(order, attempt, said, at=at)
    new = state_of(truth, is_given_up=is_given_up(
        AttemptState(attempt.state), truth.checkout, deadline_at=attempt.deadline_at, at=at
    ))  # fmt: skip
    _climb(order, attempt, new, at=at)
    attempt.fetched_at = at
    attempt.next_fetch_at = ask_again_at(
        AttemptState(attempt.state), started_at=attempt.started_at,
        deadline_at=attempt.deadline_at, at=at,
    )  # fmt: skip
    attempt.save(update_fields=("fetched_at", "next_fetch_at"))
    return attempt


def _believe_payment(
    order: Order, attempt: PaymentAttempt, said: ProviderPayment, *, at: dt.datetime
) -> None:
    if said.state not in TRUE_MONEY:
        return
    method = METHOD_OF_PROVIDER[Provider(attempt.account.provider)]
    known = Payment.objects.filter(attempt=attempt, external_id=said.reference).first()
    if known is None:
        difference = difference_from(
            said, uid=str(attempt.uid), amount=attempt.amount, is_live=attempt.account.is_live
        )
        if difference:
            _review(order, attempt, f"{said.reference}: {difference}", at=at)
            return
        if attempt.state == AttemptState.REVIEW:
            return
        known = enter_payment_locked(
            order, method=method, amount_minor=attempt.amount_minor, external_id=said.reference,
            received_at=at, actor=None, at=at, attempt=attempt,
        )  # fmt: skip
    _believe_refunds(order, known, said, at=at)


def _believe_refunds(
    order: Order, payment: Payment, said: ProviderPayment, *, at: dt.datetime
) -> None:
    """Money that went back without our asking is a refund too, or the ledger would not be true."""
    refunds = list(payment.refunds.select_for_update().order_by("pk"))
    ours = sum(one.amount_minor for one in refunds if one.state == RefundState.DONE)
    # What we asked for may have left already, although its answer has not come yet.
    ours += sum(one.amount_minor for one in refunds if one.state == RefundState.IN_TRANSIT)
    foreign = min(said.refunded_minor, payment.amount_minor) - ours
    if said.state == AttemptState.REFUNDED and not said.refunded_minor:
        foreign = payment.amount_minor - ours
    cause = RefundCause.AT_PROVIDER
    if said.state == AttemptState.CHARGED_BACK:
        foreign = payment.amount_minor - ours
        cause = RefundCause.CHARGEBACK
    if foreign <= 0:
        return
    _call_off_what_cannot_be_sent(payment, refunds, needed=foreign, at=at)
    refund = open_refund_locked(
        order, payment=payment, amount_minor=foreign, reason="", actor=None, at=at, cause=cause
    )
    proof = f"{said.reference} {cause.value} {ours + foreign}"
    finish_refund_locked(order, refund, external_id=proof, actor=None, at=at)
    if cause == RefundCause.CHARGEBACK:
        record(
            RegistrationAction.CHARGED_BACK, event=order.event, subject=order, actor=None, at=at,
            data={"payment": payment.pk, "amount_minor": foreign},
        )  # fmt: skip


def _call_off_what_cannot_be_sent(
    payment: Payment, refunds: list[Refund], *, needed: int, at: dt.datetime
) -> None:
    """Refunds we have not begun give way to the money that is gone already."""
    payment.refresh_from_db(fields=("refunded_minor",))
    for refund in refunds:
        if payment.refundable.amount_minor >= needed:
            return
        if refund.state == RefundState.CREATED:
            cancel_refund(refund_id=refund.pk, actor=None, at=at)
            payment.refresh_from_db(fields=("refunded_minor",))


def _climb(order: Order, attempt: PaymentAttempt, new: AttemptState, *, at: dt.datetime) -> None:
    old = AttemptState(attempt.state)
    if old == AttemptState.REVIEW or ATTEMPT_RANK[new] <= ATTEMPT_RANK[old]:
        return
    require_transition(ATTEMPT_TRANSITIONS, old=old, new=new)
    attempt.state = new
    attempt.state_changed_at = at
    attempt.save(update_fields=("state", "state_changed_at"))
    if new == AttemptState.PENDING:
        _keep_while_in_process(order, attempt, at=at)


def _keep_while_in_process(order: Order, attempt: PaymentAttempt, *, at: dt.datetime) -> None:
    """A voucher paid in a shop takes days: until the provider's own end of it the place is kept."""
    policy = RegistrationPolicy.objects.filter(event_id=order.event_id).first()
    until = attempt.started_at + dt.timedelta(days=policy.transfer_days if policy else 5)
    if order.state == OrderState.PENDING and order.expires_at and until > order.expires_at > at:
        order.expires_at = until
        order.save(update_fields=("expires_at",))


def _review(order: Order, attempt: PaymentAttempt, reason: str, *, at: dt.datetime) -> None:
    if attempt.state == AttemptState.REVIEW:
        return
    require_transition(
        ATTEMPT_TRANSITIONS, old=AttemptState(attempt.state), new=AttemptState.REVIEW
    )
    attempt.state = AttemptState.REVIEW
    attempt.state_changed_at = at
    attempt.review_reason = reason[:300]
    attempt.save(update_fields=("state", "state_changed_at", "review_reason"))
    record(
        RegistrationAction.PAYMENT_IN_REVIEW, event=order.event, subject=order, actor=None, at=at,
        data={"attempt": attempt.pk},
    )  # fmt: skip


@transaction.atomic
def close_review(*, attempt_id: int, actor: User | None, at: dt.datetime) -> PaymentAttempt:
    """Note that an organiser looked at it and settled it with the provider and the person."""
    attempt = PaymentAttempt.objects.select_for_update(of=("self",)).select_related(
        "order", "order__event"
    ).get(pk=attempt_id)  # fmt: skip
    if attempt.state == AttemptState.REVIEW and attempt.reviewed_at is None:
        attempt.reviewed_at = at
        attempt.save(update_fields=("reviewed_at",))
        record(
            RegistrationAction.PAYMENT_REVIEWED, event=attempt.order.event, subject=attempt.order,
            actor=actor, at=at, data={"attempt": attempt.pk},
        )  # fmt: skip
    return attempt
