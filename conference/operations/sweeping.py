"""Finding what was forgotten: rows whose wake-up was lost with Redis, or whose worker died."""

import datetime as dt

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from conference.kernel.background import after_commit, wake_after_commit
from conference.models import Job, JobItem
from conference.operations.delivering_emails import TASK, due_emails
from conference.operations.delivering_webhooks import forgotten_deliveries
from conference.states import JobItemState, JobState

_SWEEP_LOCK = 7_204_001  # any number, the same in every process


@transaction.atomic
def sweep(*, at: dt.datetime) -> int:
    """Wake workers for waiting letters, deliveries and unfinished jobs. How many things waited."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SWEEP_LOCK])
        (alone,) = cursor.fetchone() or (False,)
    if not alone:
        return 0
    letters = due_emails(at=at).count()
    if letters:
        wake_after_commit(TASK)
    job_ids = list(_forgotten_jobs(at=at))
    for job_id in job_ids:
        after_commit("conference.run_job", job_id=job_id)
    delivery_ids = list(forgotten_deliveries(at=at)[:500])
    for delivery_id in delivery_ids:
        after_commit("conference.deliver_webhook", delivery_id=delivery_id)
    return letters + len(job_ids) + len(delivery_ids)


def _forgotten_jobs(*, at: dt.datetime) -> QuerySet[Job, int]:
    """Unfinished jobs that nobody works on: no live lease on an item or on the final file."""
    alive = JobItem.objects.filter(
        job=OuterRef("pk"), state=JobItemState.RUNNING, lease_until__gte=at
    )
    return (
        Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING])
        .filter(~Exists(alive))
        .exclude(finishing_lease_until__gte=at)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
