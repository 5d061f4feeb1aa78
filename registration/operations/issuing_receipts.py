"""Receipts for every payment of an event that has none, as a job with progress."""

import datetime as dt

from django.db import transaction

from conference.models import Event, Job, User
from conference.operations.jobs import request_job
from registration.queries.documents import payments_without_receipt

RECEIPTS_JOB = "receipts"  # subjects: payments


@transaction.atomic
def request_missing_receipts(*, event: Event, actor: User | None, at: dt.datetime) -> Job:
    """:raises InputRefused: if every payment has its receipt."""
    missing = payments_without_receipt(event).values_list("pk", flat=True)
    return request_job(
        RECEIPTS_JOB, event=event, subject_ids=list(missing), options={}, actor=actor, at=at
    )
