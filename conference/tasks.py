import datetime as dt
import uuid

from celery import shared_task
from django.utils import timezone

from conference.operations import (
    delivering_emails,
    delivering_webhooks,
    jobs,
    sweeping,
    sweeping_files,
)

# Short turns: between two of them a worker does what a person waits for, such as her certificate.
DRAIN = dt.timedelta(seconds=1)
DELIVERING = dt.timedelta(seconds=2)


@shared_task(name="conference.deliver_emails")
def deliver_emails() -> None:
    until = timezone.now() + DELIVERING
    delivering_emails.deliver_emails(now=timezone.now, until=until)
    if timezone.now() >= until:
        deliver_emails.apply_async(retry=False)  # out of time, and perhaps not of letters


@shared_task(name="conference.deliver_webhook")
def deliver_webhook(delivery_id: int) -> None:
    delivering_webhooks.deliver_webhook(delivery_id, at=timezone.now())


@shared_task(name="conference.run_job")
def run_job(job_id: int) -> None:
    now = timezone.now()
    if jobs.drain_job(job_id, worker=uuid.uuid4().hex, now=timezone.now, until=now + DRAIN) and (
        timezone.now() - now >= DRAIN
    ):
        # Out of time with work left: another turn. Otherwise the sweeper wakes us when leases end.
        run_job.apply_async(kwargs={"job_id": job_id}, retry=False)


@shared_task(name="conference.sweep")
def sweep() -> None:
    sweeping.sweep(at=timezone.now())


@shared_task(name="conference.sweep_orphan_files")
def sweep_orphan_files() -> None:
    sweeping_files.sweep_orphan_files(at=timezone.now())
