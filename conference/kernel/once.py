"""
Answers that are made once and given many times.

The key holds everything that the answer depends on, a release first of all, so an answer is
never stale and nothing is ever deleted. PostgreSQL says the release; memory and Redis only
spare the work, and may vanish at any second.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language

KEPT_SECONDS = 3600
MOST_BYTES_IN_MEMORY = 32_000_000
LONGEST_WAIT_SECONDS = 5.0
_PAUSE_SECONDS = 0.02

Make = Callable[[], bytes]


@lru_cache(maxsize=1)
def _build() -> str:
    """Changes with our programs, templates, styles and translations: no answer outlives them."""
    newest = hashlib.sha256()
    for folder in ("conference", "schedule", "registration", "certificates"):
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*")):
            if path.suffix in (".html", ".css", ".js", ".mo", ".po", ".py"):
                newest.update(f"{path}{path.stat().st_mtime_ns}".encode())
    return newest.hexdigest()[:12]


def key_of(release: str, *parts: str) -> str:
    """A short word for everything that an answer depends on; the active language is in it."""
    words = "\x1f".join((_build(), get_language() or "", *parts))
    return f"once:{release}:{hashlib.sha256(words.encode()).hexdigest()[:24]}"


@dataclass(frozen=True, slots=True)
class Kept:
    """
    An answer made once, for `conference.web.kept`: a view sets it as `response.kept`.

    `body` is what is given to everybody; where `token_here` stands in it, each reader gets a
    form token of her own. `still_holds` asks PostgreSQL, or the clock.

    `may_linger`: while one reader waits for it to be made anew, it is still given to others.
    """

    body: bytes
    still_holds: Callable[[], bool]
    token_here: bytes = b""
    may_linger: Callable[[], bool] = lambda: False


class _Memory:
    """The answers of this process, the longest unused going first."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def keep(self, key: str, answer: bytes) -> None:
        with self._lock:
            self._bytes += len(answer) - len(self._answers.pop(key, b""))
            self._answers[key] = answer
            while self._bytes > MOST_BYTES_IN_MEMORY:
                _key, oldest = self._answers.popitem(last=False)
                self._bytes -= len(oldest)

    def clear(self) -> None:
        with self._lock:
            self._answers.clear()
            self._bytes = 0


memory = _Memory()
_making: dict[str, threading.Lock] = {}
_making_guard = threading.Lock()


def made_once(
    key: str, make: Make, *, is_worth_keeping: Callable[[], bool] = lambda: True
) -> bytes:
    """
    The answer of that key, made by `make` if nobody has made it yet.

    Of a crowd that asks at once one makes it, here and in every other process; the others
    wait for it, and make their own only if it does not come.
    """
    answer = memory.get(key)
    if answer is not None:
        return answer
    with _making_guard:
        lock = _making.setdefault(key, threading.Lock())
    try:
        with lock:
            answer = memory.get(key)
            if answer is None:
                answer = _from_others(key) or _make(key, make, is_worth_keeping)
    finally:
        with _making_guard:
            _making.pop(key, None)
    return answer


def _from_others(key: str) -> bytes | None:
    """What another process has made or is about to have made; None if it is our turn."""
    answer = _kept(key)
    if answer is not None or cache.add(f"{key}:making", 1, LONGEST_WAIT_SECONDS):
        return answer
    give_up_at = time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < give_up_at:
        time.sleep(_PAUSE_SECONDS)
        answer = _kept(key)
        if answer is not None:
            return answer
        if cache.add(f"{key}:making", 1, LONGEST_WAIT_SECONDS):  # the other one gave up
            return None
    return None


def _kept(key: str) -> bytes | None:
    answer = cache.get(key)
    if not isinstance(answer, bytes):
        return None
    memory.keep(key, answer)
    return answer


def _make(key: str, make: Make, is_worth_keeping: Callable[[], bool]) -> bytes:
    try:
        answer = make()
        if is_worth_keeping():
            memory.keep(key, answer)
            cache.set(key, answer, KEPT_SECONDS)
    finally:
        cache.delete(f"{key}:making")
    return answer
