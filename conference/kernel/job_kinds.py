"""The kinds of long work. Each app registers its own from its tasks module."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class FileContent:
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class JobKind:
    """
    `do_item(job_id, subject_id)` does one item; it may run again after a crash, so it must be
    idempotent. `finish(job_id)` makes the file of the whole job, if it has one.
    `items_at_once` is how many a worker takes with one lease. `title` is what people call it.

    `do_together(job_id, subject_ids)` does several at once where that is cheaper, all or none:
    after an error, or after a crash over them, each is done alone.
    """

    name: str
    do_item: Callable[[int, int], FileContent | None]
    finish: Callable[[int], FileContent | None] | None = None
    do_together: Callable[[int, Sequence[int]], None] | None = None
    items_at_once: int = 4
    title: str | Promise = ""


_kinds: dict[str, JobKind] = {}


def register_job_kind(kind: JobKind) -> None:
    _kinds[kind.name] = kind


def job_kind(name: str) -> JobKind:
    """:raises KeyError: if nobody registered it."""
    return _kinds[name]


def title_of_kind(name: str) -> str:
    """What people call that kind; its name if nobody registered it or gave it a title."""
    kind = _kinds.get(name)
    return str(kind.title) if kind and kind.title else name
