"""
Receipts and credit notes that nobody asks for.

The payment and the refund are the rows; a worker is woken when they are committed, and the sweeper
finds what was forgotten. Whatever wakes a worker twice, the paper is one: `documenting` looks for
it under the order's lock, and the database refuses a second.
"""

import datetime as dt

from django.db import transaction

from conference.kernel.background import after_commit
from registration.models import FiscalDocument
from registration.operations.documenting import credit_refund, issue_receipt
from registration.queries.papers_due import payments_due_a_receipt, refunds_due_a_credit_note

FORGOTTEN_AFTER = dt.timedelta(minutes=2)
MOST_AT_ONCE = 200


def write_receipt(*, payment_id: int, at: dt.datetime) -> FiscalDocument | None:
    """The receipt of a payment, if its event writes them by themselves and it has none yet."""
    if not payments_due_a_receipt().filter(pk=payment_id).exists():
        return None
    return issue_receipt(payment_id=payment_id, at=at)


def write_credit_note(*, refund_id: int, at: dt.datetime) -> FiscalDocument | None:
    """The credit note of money that left, if a paper of an event that writes them says we have it."""
    if not refunds_due_a_credit_note().filter(pk=refund_id).exists():
        return None
    return credit_refund(refund_id=refund_id, actor=None, at=at)


@transaction.atomic
def write_forgotten_papers(*, at: dt.datetime) -> int:
    """Wake a worker for each paper whose wake-up was lost. Returns how many."""
    before = at - FORGOTTEN_AFTER
    payment_ids = list(
        payments_due_a_receipt()
        .filter(recorded_at__lt=before)
        .order_by("pk")
        .values_list("pk", flat=True)[:MOST_AT_ONCE]
    )
    refund_ids = list(
        refunds_due_a_credit_note()
        .filter(ended_at__lt=before)
        .order_by("pk")
        .values_list("pk", flat=True)[:MOST_AT_ONCE]
    )
    for payment_id in payment_ids:
        after_commit("registration.write_receipt", payment_id=payment_id)
    for refund_id in refund_ids:
        after_commit("registration.write_credit_note", refund_id=refund_id)
    return len(payment_ids) + len(refund_ids)
