"""
Calling a provider that may be slow or gone, without going down with it.

At most a few calls run at once in a process, so that some of its threads always serve other pages;
after a row of failures nobody is let through for a while. Both are counted per process.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from registration.providers.base import ProviderUnavailable

MOST_CALLS_AT_ONCE = 4  # a web process has 8 threads
FAILURES_THAT_OPEN = 5
OPEN_SECONDS = 30.0


@dataclass
class Gate:
    """In front of one provider. `clock` counts seconds."""

    most_at_once: int = MOST_CALLS_AT_ONCE
    clock: Callable[[], float] = time.monotonic
    _failures: int = 0
    _opened_at: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _free: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._free = threading.BoundedSemaphore(self.most_at_once)

    @contextmanager
    def passing(self) -> Iterator[None]:
        """:raises ProviderUnavailable: at once, if too many are inside or it has failed a lot."""
        if not self._free.acquire(blocking=False):
            raise ProviderUnavailable("Too many calls at once.")
        try:
            self._require_closed()
            try:
                yield
            except ProviderUnavailable:
                self._note_failure()
                raise
            except Exception:
                self._note_answer()  # it answered, if only no
                raise
            self._note_answer()
        finally:
            self._free.release()

    def _require_closed(self) -> None:
        with self._lock:
            if self._opened_at is None:
                return
            if self.clock() - self._opened_at < OPEN_SECONDS:
                raise ProviderUnavailable("It failed too often in a row.")
            # One call tries whether it is back; the others wait for what it finds.
            self._opened_at = self.clock()

    def _note_failure(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_THAT_OPEN:
                self._opened_at = self.clock()

    def _note_answer(self) -> None:
        with self._lock:
            self._failures = 0
            self._opened_at = None


_gates: dict[str, Gate] = {}
_gates_lock = threading.Lock()


def gate_of(name: str) -> Gate:
    """The one gate of this process in front of the provider of that name and address."""
    with _gates_lock:
        return _gates.setdefault(name, Gate())


def forget_failures() -> None:
    """For a fresh start, as after a restart of the process."""
    with _gates_lock:
        _gates.clear()
