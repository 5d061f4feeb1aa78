"""The papers that an event still owes for its money, as jobs with progress."""

import datetime as dt

from django.db import transaction

from conference.models import Event, Job, User
from conference.operations.jobs import request_job
from registration.queries.documents import payments_without_receipt, refunds_without_credit_note

RECEIPTS_JOB = "receipts"  # subjects: payments
CREDIT_NOTES_JOB = "credit_notes"  # subjects: refunds


@transaction.atomic
def request_missing_receipts(*, event: Event, actor: User | None, at: dt.datetime) -> Job:
    """:raises InputRefused: if every payment has its receipt."""
    missing = payments_without_receipt(event).values_list("pk", flat=True)
    return request_job(
        RECEIPTS_JOB, event=event, subject_ids=list(missing), options={}, actor=actor, at=at
    )


@transaction.atomic
def request_missing_credit_notes(*, event: Event, actor: User | None, at: dt.datetime) -> Job:
    """:raises InputRefused: if every refund of a documented order has its credit note."""
    missing = refunds_without_credit_note(event).values_list("pk", flat=True)
    return request_job(
        CREDIT_NOTES_JOB, event=event, subject_ids=list(missing), options={}, actor=actor, at=at
    )
