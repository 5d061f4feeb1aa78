"""
A worker process of its own for the tests that kill it: `python -m tests.faults.drainer JOB_ID`.

It works over the test database on the real server, as a Celery worker would.
"""

import datetime as dt
import os
import sys
import time
import uuid

LEASE = dt.timedelta(seconds=1)
KIND = "tests.slow_files"


def register() -> None:
    from conference.kernel.job_kinds import FileContent, JobKind, register_job_kind

    def do_item(_job_id: int, subject_id: int) -> FileContent:
        time.sleep(0.02)
        return FileContent(content_for(subject_id), "text/plain")

    def finish(job_id: int) -> FileContent:
        return FileContent(f"all of {job_id}\n".encode(), "text/plain")

    register_job_kind(JobKind(name=KIND, do_item=do_item, finish=finish, items_at_once=4))


def content_for(subject_id: int) -> bytes:
    return f"subject {subject_id}\n".encode() * 20_000


def main(job_id: int) -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE_NAME"]
    django.setup()
    from django.utils import timezone

    from conference.operations.jobs import drain_job

    register()
    drain_job(
        job_id,
        worker=uuid.uuid4().hex,
        now=timezone.now,
        until=timezone.now() + dt.timedelta(minutes=1),
        lease=LEASE,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
