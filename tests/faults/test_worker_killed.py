"""A worker is killed with SIGKILL in the middle of a job, several times. Nothing lost, nothing twice."""

import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from conference.models import HistoryEntry, Job, JobItem, StoredFile
from conference.operations import jobs
from conference.operations.jobs import drain_job, request_job
from conference.operations.sweeping import sweep
from conference.states import EventAction, JobItemState, JobState
from tests.conftest import NOON, make_event
from tests.faults import drainer

ITEMS = 60
KILLS = 5

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def start_worker(job: Job, media: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.drainer", str(job.pk)],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TEST_DATABASE_NAME": connection.settings_dict["NAME"],
            "MEDIA_ROOT": str(media),
        },
        cwd=django_settings.BASE_DIR,
        start_new_session=True,
    )


def wait_for(condition, *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def kill_after_more_items(job: Job, media: Path, more: int) -> None:
    done_items = job.items.filter(state=JobItemState.DONE)
    before = done_items.count()
    worker = start_worker(job, media)
    wait_for(
        lambda: (
            done_items.count() >= before + more
            and job.items.filter(state=JobItemState.RUNNING).exists()
        )
    )
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)


@pytest.fixture
def job(settings) -> Job:
    drainer.register()
    # Rows only: no Celery here, the sweeper alone brings the work back.
    settings.CELERY_TASK_ALWAYS_EAGER = True
    event = make_event()
    order = Job.objects.create(
        event=event, kind=drainer.KIND, total=ITEMS, requested_at=NOON, options={}
    )
    JobItem.objects.bulk_create(
        JobItem(job=order, position=position, subject_id=1000 + position)
        for position in range(ITEMS)
    )
    return order


def test_a_job_whose_worker_is_killed_again_and_again_ends_by_itself(job, settings):
    media = Path(settings.MEDIA_ROOT)

    for kill in range(KILLS):
        kill_after_more_items(job, media, more=3 + kill)

    assert 0 < job.items.filter(state=JobItemState.DONE).count() < ITEMS

    def swept_to_the_end() -> bool:
        sweep(at=timezone.now())  # wakes a worker, which in tests works at once
        job.refresh_from_db()
        return job.state != JobState.RUNNING

    wait_for(swept_to_the_end, seconds=30)

    assert (job.state, job.problem) == (JobState.DONE, "")
    items = list(job.items.select_related("result"))
    assert {item.state for item in items} == {JobItemState.DONE}
    for item in items:
        content = drainer.content_for(item.subject_id)
        assert item.result.sha256 == hashlib.sha256(content).hexdigest()
        path = media / item.result.sha256[:2] / item.result.sha256[2:4] / item.result.sha256
        assert path.read_bytes() == content
    # A kill repeats at most the one item the worker was at.
    assert ITEMS <= sum(item.attempts for item in items) <= ITEMS + KILLS
    # One file for each item and one for the whole; no temporary file was left.
    files = [path.name for path in media.rglob("*") if path.is_file()]
    assert sorted(files) == sorted(StoredFile.objects.values_list("sha256", flat=True))
    assert len(files) == ITEMS + 1
    assert HistoryEntry.objects.filter(action=EventAction.JOB_FINISHED).count() == 1


def test_control_without_leases_the_dead_workers_items_are_lost(job, settings, monkeypatch):
    media = Path(settings.MEDIA_ROOT)
    kill_after_more_items(job, media, more=3)
    time.sleep(drainer.LEASE.total_seconds() + 0.2)
    held = set(job.items.filter(state=JobItemState.RUNNING).values_list("position", flat=True))
    with_leases = jobs._take_items

    def only_what_nobody_ever_took(job_id, *, kind, worker, lease, at):
        items = list(
            JobItem.objects.filter(job_id=job_id, state=JobItemState.TODO)[: kind.items_at_once]
        )
        JobItem.objects.filter(pk__in=[item.pk for item in items]).update(
            state=JobItemState.RUNNING, worker=worker, lease_until=at + lease
        )
        return items

    def drain() -> bool:
        return drain_job(
            job.pk,
            worker="parent",
            now=timezone.now,
            until=timezone.now() + dt.timedelta(minutes=1),
            lease=drainer.LEASE,
        )

    monkeypatch.setattr(jobs, "_take_items", only_what_nobody_ever_took)
    drain()
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    assert held
    assert held == set(
        job.items.exclude(state=JobItemState.DONE).values_list("position", flat=True)
    )

    monkeypatch.setattr(jobs, "_take_items", with_leases)
    drain()
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_control_without_marks_of_what_is_done_items_are_repeated(job, settings, monkeypatch):
    """The mark in the row is what prevents repetition: taken away, work is done again."""
    media = Path(settings.MEDIA_ROOT)
    kill_after_more_items(job, media, more=3)
    done_before = job.items.filter(state=JobItemState.DONE).count()
    job.items.filter(state=JobItemState.DONE).update(state=JobItemState.TODO, done_at=None)

    wait_for(
        lambda: (
            not drain_job(
                job.pk,
                worker="parent",
                now=timezone.now,
                until=timezone.now() + dt.timedelta(minutes=1),
            )
        )
    )

    assert sum(job.items.values_list("attempts", flat=True)) >= ITEMS + done_before


def test_a_job_whose_wake_up_was_lost_with_redis_is_found_by_the_sweeper(
    event, organiser, settings, monkeypatch
):
    import redis

    drainer.register()
    server = redis.Redis.from_url(settings.REDIS_URL)
    woken: list[int] = []
    # The wake-ups go to the real broker instead of running here.
    from conference.tasks import run_job

    def publish(kwargs, **_options):
        server.rpush("wake-ups", kwargs["job_id"])
        woken.append(kwargs["job_id"])

    monkeypatch.setattr(run_job, "apply_async", publish)
    order = request_job(
        drainer.KIND, event=event, subject_ids=range(5), options={}, actor=organiser, at=NOON
    )
    assert woken == [order.pk, order.pk]
    server.flushdb()
    assert server.llen("wake-ups") == 0
    monkeypatch.undo()

    assert sweep(at=timezone.now()) == 1

    order.refresh_from_db()
    assert order.state == JobState.DONE
    assert order.items.filter(state=JobItemState.DONE).count() == 5
