"""What nobody told us: lost messages, silent providers, dues. Every minute, by the sweeper."""

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet

from registration.models import PaymentAttempt, Refund, WebhookMessage
from registration.operations.asking import ask_about, carry_out_refund
from registration.operations.hearing import look_into
from registration.operations.instalments import remind_of_instalments
from registration.providers.base import ProviderRefused, ProviderUnavailable
from registration.rules.asking import back_off
from registration.rules.refusals import KeysRefused
from registration.states import PROVIDER_OF_METHOD, REFUND_OPEN, RefundCause

logger = logging.getLogger(__name__)
FORGOTTEN = dt.timedelta(seconds=20)
MOST = 100


def reconcile(*, at: dt.datetime) -> int:
    """
    Ask about everything that is due. How many things were looked at.

    Each stands alone: one that fails is logged, put off and does not stop the others.
    """
    looked = 0
    for attempt_id in _due_attempts(at=at):
        looked += _alone(partial(_ask, attempt_id, at=at), what=f"attempt {attempt_id}")
    for message_id in _due_messages(at=at):
        looked += _alone(
            partial(look_into, message_id=message_id, at=at), what=f"message {message_id}"
        )
    for refund_id in _due_refunds(at=at):
        looked += _alone(
            partial(carry_out_refund, refund_id=refund_id, at=at), what=f"refund {refund_id}"
        )
    return looked + remind_of_instalments(at=at)


def _alone(act: Callable[[], object], *, what: str) -> int:
    try:
        act()
    except Exception:
        logger.exception("Reconciling failed for %s", what)
    return 1


def _ask(attempt_id: int, *, at: dt.datetime) -> None:
    try:
        ask_about(attempt_id=attempt_id, at=at)
    except (ProviderUnavailable, ProviderRefused, KeysRefused) as silence:
        logger.warning("No answer about attempt %s: %s", attempt_id, silence)
        PaymentAttempt.objects.filter(pk=attempt_id).update(next_fetch_at=back_off(4, at=at))


@transaction.atomic
def _claim(due: QuerySet[PaymentAttempt], *, at: dt.datetime) -> list[int]:
    """So that two sweepers do not ask the same, and one that dies leaves it to the next round."""
    ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:MOST])
    PaymentAttempt.objects.filter(pk__in=ids).update(next_fetch_at=back_off(4, at=at))
    return ids


def _due_attempts(*, at: dt.datetime) -> list[int]:
    return _claim(
        PaymentAttempt.objects.filter(next_fetch_at__lte=at).order_by("next_fetch_at"), at=at
    )


def _due_messages(*, at: dt.datetime) -> list[int]:
    due = WebhookMessage.objects.filter(
        signature_ok=True, processed_at__isnull=True, received_at__lte=at - FORGOTTEN
    ).filter(Q(next_try_at__lte=at))
    return list(due.order_by("next_try_at").values_list("pk", flat=True)[:MOST])


def _due_refunds(*, at: dt.datetime) -> list[int]:
    due = Refund.objects.filter(
        state__in=REFUND_OPEN, cause=RefundCause.ORGANISER, next_try_at__lte=at,
        payment__method__in=PROVIDER_OF_METHOD,
    )  # fmt: skip
    return list(due.order_by("next_try_at").values_list("pk", flat=True)[:MOST])
