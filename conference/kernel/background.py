"""Waking a worker once a transaction has committed."""

from celery import current_app
from django.core.cache import cache
from django.db import transaction

# How long a wake-up may lie unheard before the next one counts again.
WAKE_UP_SECONDS = 5


def after_commit(task_name: str, **ids: int | str) -> None:
    """
    Queue a Celery task by name once the current transaction has committed.

    It only wakes a worker: what must not be lost is a row written beforehand,
    and a periodic sweep finds the rows whose wake-up was lost.

    :raises celery.exceptions.NotRegistered: at once, if nobody has that task.
    """
    task = current_app.tasks[task_name]

    def wake() -> None:
        task.apply_async(kwargs=ids, retry=False)

    # robust: a broker that is down is logged, and does not turn a committed
    # success into an error page.
    transaction.on_commit(wake, robust=True)


def wake_after_commit(task_name: str) -> None:
    """
    Like `after_commit` for a task that finds its rows by itself: many rows need one wake-up.

    The task calls `begin_to_work` before it looks. So whatever commits after that look wakes it
    again, and whatever committed before is seen by it.

    :raises celery.exceptions.NotRegistered: at once, if nobody has that task.
    """
    task = current_app.tasks[task_name]

    def wake() -> None:
        if cache.add(_woken(task_name), 1, timeout=WAKE_UP_SECONDS):
            task.apply_async(retry=False)

    transaction.on_commit(wake, robust=True)


def begin_to_work(task_name: str) -> None:
    """From now on a wake-up counts again."""
    cache.delete(_woken(task_name))


def _woken(task_name: str) -> str:
    return f"woken:{task_name}"
