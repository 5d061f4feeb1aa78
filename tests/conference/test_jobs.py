import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings

from conference.kernel import content_store, job_kinds
from conference.kernel.errors import InputRefused, TransitionRefused
from conference.kernel.job_kinds import FileContent, JobKind, register_job_kind
from conference.models import HistoryEntry, Job, JobItem, StoredFile
from conference.operations.jobs import (
    FINISHING_LEASE,
    LEASE,
    MOST_ATTEMPTS,
    cancel_job,
    drain_job,
    request_job,
)
from conference.operations.sweeping import sweep
from conference.queries import progress_of
from conference.states import EventAction, JobItemState, JobState
from tests.conftest import NOON

MINUTE = dt.timedelta(minutes=1)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, by: dt.timedelta) -> None:
        self.now += by


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def done() -> list[int]:
    return []


@pytest.fixture
def kind(done):
    """A kind that notes what it does, and ends with a file of all of it."""

    def do_item(_job_id: int, subject_id: int) -> FileContent:
        done.append(subject_id)
        return FileContent(b"%d" % subject_id, "text/plain")

    yield register(do_item, finish=lambda _job_id: FileContent(b"all", "text/plain"))
    job_kinds._kinds.pop("tests.kind")


def register(do_item, *, finish=None, items_at_once=4, do_together=None) -> str:
    register_job_kind(
        JobKind(
            name="tests.kind",
            do_item=do_item,
            finish=finish,
            items_at_once=items_at_once,
            do_together=do_together,
        )
    )
    return "tests.kind"


def ordered(event, organiser, *subject_ids: int) -> Job:
    return request_job(
        "tests.kind", event=event, subject_ids=subject_ids, options={}, actor=organiser, at=NOON
    )


def drain(job: Job, clock: Clock, worker: str = "anna") -> bool:
    left = drain_job(job.pk, worker=worker, now=clock, until=clock.now + MINUTE)
    job.refresh_from_db()
    return left


def states(job: Job) -> list[str]:
    return list(job.items.order_by("position").values_list("state", flat=True))


def test_a_job_is_done_item_by_item_and_ends_with_its_file(event, organiser, kind, clock, done):
    job = ordered(event, organiser, 7, 8, 9, 10, 11)

    left = drain(job, clock)

    assert left is False
    assert done == [7, 8, 9, 10, 11]
    assert (job.state, job.started_at, job.finished_at) == (JobState.DONE, NOON, NOON)
    assert content_store.load(Path(settings.MEDIA_ROOT), job.result.sha256) == b"all"
    assert list(job.items.values_list("attempts", flat=True)) == [1] * 5
    progress = progress_of(job)
    assert (progress.done, progress.failed, progress.total, progress.percent) == (5, 0, 5, 100)
    assert list(HistoryEntry.objects.order_by("pk").values_list("action", "actor")) == [
        (EventAction.JOB_REQUESTED, organiser.pk),
        (EventAction.JOB_FINISHED, None),
    ]


def test_a_job_over_nobody_is_refused(event, organiser, kind):
    with pytest.raises(InputRefused) as refused:
        ordered(event, organiser)

    assert refused.value.code == "invalid"
    assert Job.objects.count() == HistoryEntry.objects.count() == 0


def test_an_unknown_kind_is_a_bug_and_orders_nothing(event, organiser):
    with pytest.raises(KeyError):
        request_job("no.such", event=event, subject_ids=[1], options={}, actor=organiser, at=NOON)

    assert Job.objects.count() == 0


def test_draining_again_repeats_nothing(event, organiser, kind, clock, done):
    job = ordered(event, organiser, 1, 2)
    drain(job, clock)

    drain(job, clock, "berta")

    assert done == [1, 2]
    assert HistoryEntry.objects.filter(action=EventAction.JOB_FINISHED).count() == 1


def test_what_a_living_worker_holds_is_not_taken(event, organiser, kind, clock, done):
    job = ordered(event, organiser, 1, 2)
    drain_later = job.items.get(subject_id=1)
    hold(drain_later, worker="anna", until=clock.now + LEASE)

    left = drain(job, clock, "berta")

    assert left is True
    assert done == [2]
    assert (job.state, states(job)) == (JobState.RUNNING, ["running", "done"])


def test_what_a_dead_worker_held_returns_when_its_lease_is_over(
    event, organiser, kind, clock, done
):
    job = ordered(event, organiser, 1, 2)
    hold(job.items.get(subject_id=1), worker="anna", until=clock.now + LEASE)
    drain(job, clock, "berta")
    clock.forward(LEASE + dt.timedelta(seconds=1))

    drain(job, clock, "carla")

    assert done == [2, 1]
    assert (job.state, states(job)) == (JobState.DONE, ["done", "done"])


def hold(item: JobItem, *, worker: str, until: dt.datetime, attempts: int = 1) -> None:
    item.state, item.worker, item.lease_until = JobItemState.RUNNING, worker, until
    item.attempts = attempts
    item.save(update_fields=("state", "worker", "lease_until", "attempts"))


def test_a_worker_thought_dead_cannot_write_over_its_successor(event, organiser, kind, clock):
    """Anna sleeps over her lease; Berta does the item; then Anna wakes and finishes hers."""
    job = None

    def do_item(_job_id: int, _subject_id: int) -> FileContent:
        if not taken_over:
            taken_over.append(True)
            clock.forward(LEASE + dt.timedelta(seconds=1))
            drain_job(job.pk, worker="berta", now=clock, until=clock.now + MINUTE)
            return FileContent(b"late, by anna", "text/plain")
        return FileContent(b"by berta", "text/plain")

    taken_over: list[bool] = []
    register(do_item)
    job = ordered(event, organiser, 1)

    drain(job, clock, "anna")

    item = job.items.get()
    assert (item.state, item.worker, item.attempts) == (JobItemState.DONE, "berta", 2)
    assert item.result.sha256 == StoredFile.objects.get(size_bytes=len(b"by berta")).sha256
    assert HistoryEntry.objects.filter(action=EventAction.JOB_FINISHED).count() == 1


def test_a_failing_item_is_tried_three_times_and_fails_alone(event, organiser, kind, clock, done):
    def do_item(_job_id: int, subject_id: int) -> None:
        done.append(subject_id)
        if subject_id == 2:
            raise ValueError("no such person\0")

    register(do_item)
    job = ordered(event, organiser, 1, 2, 3)

    drain(job, clock)

    assert sorted(done) == [1, 2, 2, 2, 3]
    assert (job.state, states(job)) == (JobState.DONE, ["done", "failed", "done"])
    assert job.items.get(subject_id=2).problem == "ValueError: no such person"
    assert (progress_of(job).done, progress_of(job).failed) == (2, 1)


def test_a_job_of_which_everything_failed_has_failed(event, organiser, kind, clock):
    def do_item(_job_id: int, _subject_id: int) -> None:
        raise ValueError

    register(do_item)
    job = ordered(event, organiser, 1, 2)

    drain(job, clock)

    assert (job.state, states(job)) == (JobState.FAILED, ["failed", "failed"])


def test_an_item_that_kills_its_worker_uses_up_its_own_attempts_only(
    event, organiser, kind, clock, done
):
    """Each time the worker dies at the first item while it holds three others beside it."""

    class Killed(BaseException):
        pass

    def do_item(_job_id: int, subject_id: int) -> None:
        if subject_id == 1:
            raise Killed
        done.append(subject_id)

    register(do_item)
    job = ordered(event, organiser, 1, 2, 3, 4)
    for worker in ("anna", "berta", "carla"):
        with pytest.raises(Killed):
            drain(job, clock, worker)
        clock.forward(LEASE + dt.timedelta(seconds=1))

    drain(job, clock, "dora")

    assert done == [2, 3, 4]
    assert (job.state, states(job)) == (JobState.DONE, ["failed", "done", "done", "done"])
    assert job.items.get(subject_id=1).attempts == MOST_ATTEMPTS


def test_items_of_one_lease_are_done_together_where_that_is_cheaper(
    event, organiser, kind, clock, done
):
    together = []
    register(
        lambda _job_id, subject_id: done.append(subject_id),
        do_together=lambda _job_id, subject_ids: together.append(list(subject_ids)),
    )
    job = ordered(event, organiser, 1, 2, 3, 4, 5)

    left = drain(job, clock)

    assert (left, together, done) == (False, [[1, 2, 3, 4]], [5])  # one is no crowd
    assert (job.state, states(job)) == (JobState.DONE, ["done"] * 5)
    assert list(job.items.values_list("attempts", flat=True)) == [1] * 5


def test_what_fails_together_is_done_alone_and_only_the_culprit_fails(
    event, organiser, kind, clock, done
):
    def do_item(_job_id: int, subject_id: int) -> None:
        if subject_id == 2:
            raise ValueError("no such person")
        done.append(subject_id)

    def do_together(_job_id: int, subject_ids: list[int]) -> None:
        raise ValueError(f"one of {subject_ids}")

    register(do_item, do_together=do_together)
    job = ordered(event, organiser, 1, 2, 3)

    drain(job, clock)

    assert done == [1, 3]
    assert (job.state, states(job)) == (JobState.DONE, ["done", "failed", "done"])
    culprit = job.items.get(subject_id=2)
    assert (culprit.attempts, culprit.problem) == (MOST_ATTEMPTS, "ValueError: no such person")


def test_what_killed_the_worker_together_is_tried_alone(event, organiser, kind, clock, done):
    class Killed(BaseException):
        pass

    def do_item(_job_id: int, subject_id: int) -> None:
        if subject_id == 2:
            raise Killed
        done.append(subject_id)

    def do_together(_job_id: int, _subject_ids: list[int]) -> None:
        raise Killed

    register(do_item, do_together=do_together)
    job = ordered(event, organiser, 1, 2, 3)
    for worker in ("anna", "berta", "carla"):
        with pytest.raises(Killed):
            drain(job, clock, worker)
        clock.forward(LEASE + dt.timedelta(seconds=1))

    drain(job, clock, "dora")

    assert done == [1, 3]
    assert (job.state, states(job)) == (JobState.DONE, ["done", "failed", "done"])


def test_a_lease_lost_while_working_together_is_not_written_over(event, organiser, kind, clock):
    """Anna sleeps over the lease of her crowd; Berta does them alone; Anna's end changes nothing."""

    def do_together(_job_id: int, _subject_ids: list[int]) -> None:
        clock.forward(LEASE + dt.timedelta(seconds=1))
        drain_job(job.pk, worker="berta", now=clock, until=clock.now + MINUTE)

    register(lambda _job_id, _subject_id: None, do_together=do_together)
    job = ordered(event, organiser, 1, 2)

    drain(job, clock, "anna")

    assert [(one.state, one.worker, one.attempts) for one in job.items.all()] == [
        (JobItemState.DONE, "berta", 2),
        (JobItemState.DONE, "berta", 2),
    ]
    assert HistoryEntry.objects.filter(action=EventAction.JOB_FINISHED).count() == 1


def test_a_cancelled_job_stops_and_its_items_are_left(event, organiser, kind, clock, done):
    job = ordered(event, organiser, 1, 2)

    cancel_job(job.pk, actor=organiser, at=NOON)
    left = drain(job, clock)

    assert (left, done, job.state, job.finished_at) == (False, [], JobState.CANCELLED, NOON)
    with pytest.raises(TransitionRefused) as refused:
        cancel_job(job.pk, actor=organiser, at=NOON + MINUTE)
    assert refused.value.code == "wrong_state"
    job.refresh_from_db()
    assert job.finished_at == NOON


def test_cancelling_in_the_middle_keeps_what_was_done(event, organiser, kind, clock, done):
    def do_item(_job_id: int, subject_id: int) -> None:
        done.append(subject_id)
        cancel_job(job.pk, actor=organiser, at=NOON)

    register(do_item, items_at_once=1)
    job = ordered(event, organiser, 1, 2)

    drain(job, clock)

    assert (done, job.state, job.result) == ([1], JobState.CANCELLED, None)
    assert states(job) == ["done", "todo"]


def test_the_time_of_a_worker_ends_and_the_next_goes_on(event, organiser, kind, clock, done):
    def do_item(_job_id: int, subject_id: int) -> None:
        done.append(subject_id)
        clock.forward(dt.timedelta(seconds=45))

    register(do_item, items_at_once=1)
    job = ordered(event, organiser, 1, 2, 3)

    assert drain(job, clock) is True
    assert done == [1, 2]
    assert drain(job, clock) is False
    assert (done, job.state) == ([1, 2, 3], JobState.DONE)


def test_a_file_that_cannot_be_made_is_tried_three_times_and_then_the_job_fails(
    event, organiser, kind, clock
):
    def finish(_job_id: int) -> FileContent:
        raise OSError("disk full")

    register(lambda *_ids: None, finish=finish)
    job = ordered(event, organiser, 1)

    assert [drain(job, clock) for _turn in range(MOST_ATTEMPTS)] == [True, True, False]

    assert (job.state, job.problem, states(job)) == (
        JobState.FAILED,
        "OSError: disk full",
        ["done"],
    )


def test_the_final_file_is_made_by_another_when_its_maker_died(event, organiser, kind, clock):
    job = ordered(event, organiser, 1)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, finishing_lease_until=clock.now + FINISHING_LEASE
    )

    assert drain(job, clock) is True
    assert job.result is None
    clock.forward(FINISHING_LEASE + dt.timedelta(seconds=1))
    assert drain(job, clock) is False

    assert job.state == JobState.DONE
    assert job.result is not None


def test_the_sweeper_wakes_what_nobody_works_on(
    event, organiser, kind, clock, django_capture_on_commit_callbacks
):
    forgotten = ordered(event, organiser, 1)
    held = ordered(event, organiser, 2)
    orphaned = ordered(event, organiser, 3)
    finishing = ordered(event, organiser, 4)
    over = ordered(event, organiser, 5)
    Job.objects.exclude(pk=forgotten.pk).update(state=JobState.RUNNING)
    hold(held.items.get(), worker="anna", until=NOON + LEASE)
    hold(orphaned.items.get(), worker="dead", until=NOON - LEASE)
    Job.objects.filter(pk=finishing.pk).update(finishing_lease_until=NOON + LEASE)
    cancel_job(over.pk, actor=organiser, at=NOON)

    with django_capture_on_commit_callbacks() as wake_ups:
        woken = sweep(at=NOON)

    assert (woken, len(wake_ups)) == (2, 2)
    with django_capture_on_commit_callbacks() as wake_ups:
        assert sweep(at=NOON + LEASE * 2) == 4


def test_sweeping_costs_the_same_for_one_job_and_for_many(
    event, organiser, kind, django_assert_num_queries
):
    for subject_id in (1, 2, 3):
        ordered(event, organiser, subject_id)
        with django_assert_num_queries(6):  # savepoint, lock, letters, jobs, deliveries, release
            sweep(at=NOON)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "running", "worker": "anna"}, "job_item_running_has_a_lease"),
        ({"state": "running", "lease_until": NOON}, "job_item_running_has_a_lease"),
        ({"state": "todo", "lease_until": NOON}, "job_item_running_has_a_lease"),
        ({"state": "done"}, "job_item_done_has_its_time"),
        ({"state": "half"}, "job_item_state_is_known"),
    ],
)
def test_a_half_filled_item_is_refused_by_the_database(event, organiser, kind, fields, constraint):
    from django.db import IntegrityError, transaction

    job = ordered(event, organiser, 1)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        job.items.update(**fields)

    assert states(job) == ["todo"]
