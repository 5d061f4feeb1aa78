"""Waking a worker once a transaction has committed."""

from celery import current_app
from django.db import transaction


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
