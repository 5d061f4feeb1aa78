"""
Long work as rows. A worker takes items with a lease, does them, and notes each only while the
lease is its own; what a dead worker held returns when its lease is over.
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from conference.kernel import content_store
from conference.kernel.background import after_commit
from conference.kernel.errors import InputRefused
from conference.kernel.job_kinds import FileContent, JobKind, job_kind
from conference.kernel.states import require_transition
from conference.models import Event, Job, JobItem, StoredFile, User
from conference.operations.history import record
from conference.states import JOB_TRANSITIONS, EventAction, JobItemState, JobState

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=20)
FINISHING_LEASE = dt.timedelta(seconds=120)  # joining thousands of pages takes its time
MOST_ATTEMPTS = 3
# Kept in English, said by pages in the reader's language.
DIED_EACH_TIME = gettext_noop("Given up: the worker died over it each time.")
NO_FILE = gettext_noop("Given up: the file could not be made.")


@transaction.atomic
def request_job(
    kind: str,
    *,
    event: Event,
    subject_ids: Sequence[int],
    options: Mapping[str, Any],
    actor: User | None,
    at: dt.datetime,
) -> Job:
    """
    Order long work over those subjects.

    :raises InputRefused: if there is nothing to do.
    """
    job_kind(kind)
    if not subject_ids:
        raise InputRefused(_("There is nothing to do: nobody matches."))
    job = Job.objects.create(
        event=event, kind=kind, options=dict(options), requested_by=actor,
        total=len(subject_ids), requested_at=at,
    )  # fmt: skip
    JobItem.objects.bulk_create(
        (
            JobItem(job=job, position=position, subject_id=subject_id)
            for position, subject_id in enumerate(subject_ids)
        ),
        batch_size=2000,
    )
    record(
        EventAction.JOB_REQUESTED, event=event, subject=job, actor=actor, at=at,
        data={"kind": kind, "items": len(subject_ids)},
    )  # fmt: skip
    # Two wake-ups: so that two processes share the work from the start.
    after_commit("conference.run_job", job_id=job.pk)
    after_commit("conference.run_job", job_id=job.pk)
    return job


@transaction.atomic
def cancel_job(job_id: int, *, actor: User | None, at: dt.datetime) -> Job:
    """:raises TransitionRefused: if it is over."""
    job = Job.objects.select_for_update().get(pk=job_id)
    require_transition(JOB_TRANSITIONS, old=JobState(job.state), new=JobState.CANCELLED)
    job.state = JobState.CANCELLED
    job.finished_at = at
    job.save(update_fields=("state", "finished_at"))
    record(EventAction.JOB_CANCELLED, event=job.event, subject=job, actor=actor, at=at)
    return job


def drain_job(
    job_id: int,
    *,
    worker: str,
    now: Callable[[], dt.datetime],
    until: dt.datetime,
    lease: dt.timedelta = LEASE,
) -> bool:
    """
    Do items of the job until none is free or the time is over. True if something is left to do.

    `worker` is a name that nobody else has, new for each call.
    """
    if not _start(job_id, at=now()):
        return False
    kind = job_kind(Job.objects.values_list("kind", flat=True).get(pk=job_id))
    while now() < until:
        items = _take_items(job_id, kind=kind, worker=worker, lease=lease, at=now())
        if not items:
            break
        done = _do_together(items, kind=kind, worker=worker, lease=lease, now=now)
        for item in items:
            if item.pk not in done:
                _do_item(item, kind=kind, worker=worker, lease=lease, now=now)
    _finish_if_all_done(job_id, kind=kind, now=now)
    return Job.objects.filter(pk=job_id, state=JobState.RUNNING).exists()


def _start(job_id: int, *, at: dt.datetime) -> bool:
    Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING, started_at=at
    )
    return Job.objects.filter(pk=job_id, state=JobState.RUNNING).exists()


@transaction.atomic
def _take_items(
    job_id: int, *, kind: JobKind, worker: str, lease: dt.timedelta, at: dt.datetime
) -> list[JobItem]:
    if not Job.objects.filter(pk=job_id, state=JobState.RUNNING).exists():
        return []  # cancelled meanwhile
    JobItem.objects.filter(
        job_id=job_id, state=JobItemState.RUNNING, lease_until__lt=at, attempts__gte=MOST_ATTEMPTS
    ).update(
        state=JobItemState.FAILED,
        lease_until=None,
        problem=DIED_EACH_TIME,
    )
    items = list(
        JobItem.objects.select_for_update(skip_locked=True)
        .filter(job_id=job_id)
        .filter(
            Q(state=JobItemState.TODO) | Q(state=JobItemState.RUNNING, lease_until__lt=at),
        )
        .order_by("position")[: kind.items_at_once]
    )
    JobItem.objects.filter(pk__in=[item.pk for item in items]).update(
        state=JobItemState.RUNNING, worker=worker, lease_until=at + lease
    )
    return items


def _do_together(
    items: Sequence[JobItem],
    *,
    kind: JobKind,
    worker: str,
    lease: dt.timedelta,
    now: Callable[[], dt.datetime],
) -> set[int]:
    """The items done in one go. Who was tried before is tried alone: it may be what kills us."""
    fresh = {item.pk: item for item in items if not item.attempts}
    if not kind.do_together or len(fresh) < 2:
        return set()
    mine = JobItem.objects.filter(pk__in=fresh, worker=worker, state=JobItemState.RUNNING)
    if mine.update(lease_until=now() + lease, attempts=F("attempts") + 1) < len(fresh):
        return set()  # the lease ran out and somebody else has some
    for item in fresh.values():
        item.attempts += 1
    job_id = items[0].job_id
    try:
        kind.do_together(job_id, [item.subject_id for item in fresh.values()])
    except Exception:
        logger.exception("%s items of job %s failed together: each alone", len(fresh), job_id)
        return set()
    mine.update(state=JobItemState.DONE, lease_until=None, done_at=now(), problem="")
    return set(fresh)


def _do_item(
    item: JobItem,
    *,
    kind: JobKind,
    worker: str,
    lease: dt.timedelta,
    now: Callable[[], dt.datetime],
) -> None:
    mine = JobItem.objects.filter(pk=item.pk, worker=worker, state=JobItemState.RUNNING)
    # Counted here and not when taken: an item that kills its worker must not use up the
    # attempts of those that were only waiting beside it.
    if not mine.update(lease_until=now() + lease, attempts=F("attempts") + 1):
        return  # the lease ran out and somebody else has it
    try:
        result = kind.do_item(item.job_id, item.subject_id)
        stored = keep_file(result, at=now()) if result else None
    except Exception as error:
        logger.exception("Item %s of job %s failed", item.position, item.job_id)
        over = item.attempts + 1 >= MOST_ATTEMPTS
        mine.update(
            state=JobItemState.FAILED if over else JobItemState.TODO,
            lease_until=None,
            problem=_in_words(error),
        )
        return
    mine.update(state=JobItemState.DONE, lease_until=None, done_at=now(), result=stored, problem="")


def _in_words(error: Exception) -> str:
    # A NUL would make PostgreSQL refuse the row, and the job would never end.
    return f"{type(error).__name__}: {error}".replace("\0", "")[:300]


def _finish_if_all_done(job_id: int, *, kind: JobKind, now: Callable[[], dt.datetime]) -> None:
    open_items = JobItem.objects.filter(
        job_id=job_id, state__in=[JobItemState.TODO, JobItemState.RUNNING]
    )
    if open_items.exists():
        return
    at = now()
    # One worker makes the final file; if it dies, its lease ends and another does.
    taken = (
        Job.objects.filter(pk=job_id, state=JobState.RUNNING)
        .filter(Q(finishing_lease_until__isnull=True) | Q(finishing_lease_until__lt=at))
        .update(
            finishing_lease_until=at + FINISHING_LEASE, finish_attempts=F("finish_attempts") + 1
        )
    )
    if not taken:
        return
    attempts = Job.objects.values_list("finish_attempts", flat=True).get(pk=job_id)
    if attempts > MOST_ATTEMPTS:
        _finish(job_id, result=None, problem=NO_FILE, at=at)
        return
    try:
        made = kind.finish(job_id) if kind.finish else None
        result = keep_file(made, at=now()) if made else None
    except Exception as error:
        logger.exception("The file of job %s failed", job_id)
        if attempts >= MOST_ATTEMPTS:
            _finish(job_id, result=None, problem=_in_words(error), at=now())
        else:  # free for the next attempt, by the sweeper
            Job.objects.filter(pk=job_id).update(finishing_lease_until=None)
        return
    _finish(job_id, result=result, problem="", at=now())


@transaction.atomic
def _finish(job_id: int, *, result: StoredFile | None, problem: str, at: dt.datetime) -> None:
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state != JobState.RUNNING:
        return  # cancelled, or finished by another after our lease
    failed = job.items.filter(state=JobItemState.FAILED).count()
    new = JobState.FAILED if problem or failed == job.total else JobState.DONE
    require_transition(JOB_TRANSITIONS, old=JobState(job.state), new=new)
    job.state = new
    job.finished_at = at
    job.result = result
    job.problem = problem
    job.finishing_lease_until = None
    job.save(update_fields=("state", "finished_at", "result", "problem", "finishing_lease_until"))
    record(
        EventAction.JOB_FINISHED, event=job.event, subject=job, actor=None, at=at,
        data={"kind": job.kind, "failed": failed},
    )  # fmt: skip


def keep_file(file: FileContent, *, at: dt.datetime) -> StoredFile:
    """Store the bytes by their hash, and the row that says so."""
    sha256 = content_store.store(Path(settings.MEDIA_ROOT), file.content)
    stored, _created = StoredFile.objects.get_or_create(
        sha256=sha256,
        defaults={
            "size_bytes": len(file.content),
            "media_type": file.media_type,
            "stored_at": at,
        },
    )
    return stored
