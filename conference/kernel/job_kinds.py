"""The kinds of long work. Each app registers its own from its tasks module."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileContent:
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class JobKind:
    """
    `do_item(job_id, subject_id)` does one item; it may run again after a crash, so it must be
    idempotent. `finish(job_id)` makes the file of the whole job, if it has one.
    `items_at_once` is how many a worker takes with one lease.
    """

    name: str
    do_item: Callable[[int, int], FileContent | None]
    finish: Callable[[int], FileContent | None] | None = None
    items_at_once: int = 4


_kinds: dict[str, JobKind] = {}


def register_job_kind(kind: JobKind) -> None:
    _kinds[kind.name] = kind


def job_kind(name: str) -> JobKind:
    """:raises KeyError: if nobody registered it."""
    return _kinds[name]
