"""Asking providers: about attempts, and to send money back. Never inside a transaction."""

import datetime as dt

from django.db import transaction

from registration.models import PaymentAttempt, Refund
from registration.operations.accounts import provider_of
from registration.operations.believing import believe
from registration.operations.locking import lock_order
from registration.operations.refunding import fail_refund, finish_refund_locked
from registration.providers.base import (
    Known,
    ProviderRefused,
    ProviderUnavailable,
    RefundAnswer,
    Truth,
    WantedRefund,
)
from registration.rules.asking import back_off
from registration.rules.refusals import KeysRefused
from registration.states import (
    PROVIDER_OF_METHOD,
    AttemptState,
    PaymentMethod,
    RefundState,
)


def ask_about(
    *, attempt_id: int, at: dt.datetime, mentioned: frozenset[str] = frozenset()
) -> PaymentAttempt:
    """
    Fetch the truth about an attempt and apply it. `mentioned` are payments that a message named.

    :raises ProviderUnavailable, ProviderRefused, KeysRefused: if the provider tells nothing.
    """
    attempt = PaymentAttempt.objects.select_related("account").get(pk=attempt_id)
    if not attempt.provider_reference:
        # Nobody was given its page, so nobody can have paid on it.
        return believe(attempt_id=attempt_id, truth=Truth(AttemptState.CREATED), at=at)
    recorded = attempt.payments.values_list("external_id", flat=True)
    truth = provider_of(attempt.account).fetch(
        Known(str(attempt.uid), attempt.provider_reference, frozenset(recorded) | mentioned)
    )
    return believe(attempt_id=attempt_id, truth=truth, at=at)


def carry_out_refund(*, refund_id: int, at: dt.datetime) -> Refund:
    """
    Have the provider send the money back, or ask how far it is. Repeatable: it sends once.

    A provider that does not answer is asked again later; one that says no ends the refund.
    """
    refund = _take_up(refund_id=refund_id, at=at)
    if refund is None:
        return Refund.objects.get(pk=refund_id)
    attempt = refund.payment.attempt
    assert attempt is not None  # noqa: S101 - money of a provider came by one
    wanted = WantedRefund(
        uid=str(refund.uid), payment_reference=refund.payment.external_id,
        amount=refund.amount, reference=refund.external_id,
    )  # fmt: skip
    try:
        answer = provider_of(attempt.account).refund(wanted)
    except ProviderRefused as refusal:
        # Perhaps it went back on the provider's own pages: look.
        PaymentAttempt.objects.filter(pk=attempt.pk).update(next_fetch_at=at)
        return fail_refund(refund_id=refund.pk, problem=str(refusal), actor=None, at=at)
    except (ProviderUnavailable, KeysRefused) as silence:
        Refund.objects.filter(pk=refund.pk, state=RefundState.IN_TRANSIT).update(
            problem=str(silence)[:300]
        )
        return Refund.objects.get(pk=refund.pk)
    return _note_answer(refund_id=refund.pk, answer=answer, at=at)


@transaction.atomic
def _take_up(*, refund_id: int, at: dt.datetime) -> Refund | None:
    """Say that it is on its way before asking for it: after a crash it is asked for again."""
    lock_order(Refund.objects.values_list("order_id", flat=True).get(pk=refund_id))
    refund = (
        Refund.objects.select_for_update(of=("self",))
        .select_related("payment", "payment__attempt", "payment__attempt__account")
        .get(pk=refund_id)
    )
    is_open = refund.state in {RefundState.CREATED, RefundState.IN_TRANSIT}
    by_provider = PaymentMethod(refund.payment.method) in PROVIDER_OF_METHOD
    if not is_open or not by_provider or (refund.next_try_at and refund.next_try_at > at):
        return None
    refund.state = RefundState.IN_TRANSIT
    refund.taken_up_at = refund.taken_up_at or at
    refund.tries += 1
    refund.next_try_at = back_off(refund.tries, at=at)
    refund.save(update_fields=("state", "taken_up_at", "tries", "next_try_at"))
    return refund


@transaction.atomic
def _note_answer(*, refund_id: int, answer: RefundAnswer, at: dt.datetime) -> Refund:
    order = lock_order(Refund.objects.values_list("order_id", flat=True).get(pk=refund_id))
    refund = (
        Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund_id)
    )
    if refund.state != RefundState.IN_TRANSIT:
        return refund  # somebody else asked at the same time
    if answer.state == RefundState.DONE:
        finish_refund_locked(order, refund, external_id=answer.reference, actor=None, at=at)
    elif answer.state == RefundState.FAILED:
        return fail_refund(
            refund_id=refund.pk, problem=answer.problem or answer.state.value, actor=None, at=at
        )
    elif refund.external_id != answer.reference:
        refund.external_id = answer.reference
        refund.save(update_fields=("external_id",))
    return refund
