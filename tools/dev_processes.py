"""Locks and children: nothing that we start outlives us, whatever ends us."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LINUX = sys.platform == "linux"


def prctl(option: int, value: int) -> None:
    if LINUX:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def start_child(
    command: list[str], *, when_orphaned: int, **options: Any
) -> subprocess.Popen[bytes]:
    """
    Start a process that the kernel sends this signal when we die, even by kill -9.

    Only from the main thread: the signal comes when the starting *thread* ends.
    """
    assert threading.current_thread() is threading.main_thread()
    parent_pid = os.getpid()

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, when_orphaned)
        if os.getppid() != parent_pid:  # it died before we could ask
            os._exit(1)

    return subprocess.Popen(command, preexec_fn=ask_kernel, **options)  # noqa: PLW1509 - one thread


def adopt_orphans() -> None:
    """Become the parent of our children's orphaned children, so that none can hide from us."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def all_processes() -> Iterator[tuple[int, int, bool]]:
    """Yield each process as (pid, pid of its parent, is it dead), by /proc where there is one."""
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            # The name in parentheses may hold spaces; the parent is the second field after it.
            fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        yield int(entry.name), int(fields[1]), fields[0] == "Z"


def descendants_of(ancestor_pid: int) -> list[int]:
    """Return the living processes below one."""
    children: dict[int, list[int]] = {}
    for pid, parent_pid, is_dead in all_processes():
        if not is_dead:
            children.setdefault(parent_pid, []).append(pid)
    found: list[int] = []
    waiting = [ancestor_pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def bury_adopted(own_children: set[int]) -> None:
    """Take the exit codes of dead orphans, but not those that our own Popen objects wait for."""
    for pid, parent_pid, is_dead in all_processes():
        if is_dead and parent_pid == os.getpid() and pid not in own_children:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def end_descendants(patience_seconds: float = 5) -> None:
    """End whatever is still below us: first asked, then forced."""
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + patience_seconds
        for pid in descendants_of(os.getpid()):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal_number)
        while descendants_of(os.getpid()) and time.monotonic() < deadline:
            reap_orphans()
            time.sleep(0.05)
    reap_orphans()


def reap_orphans() -> None:
    """Take the exit codes of the dead; only for the end, for it takes those of Popen too."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def stop_process(
    process: subprocess.Popen[bytes], signal_number: int, patience_seconds: float
) -> None:
    """Ask a process to end, and force it when it does not listen."""
    if process.poll() is None:
        process.send_signal(signal_number)
        try:
            process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def exit_on_signals(*signal_numbers: int) -> None:
    """Turn these signals into SystemExit, so that every `finally` runs."""

    def leave(signal_number: int, _frame: object) -> None:
        for number in signal_numbers:  # a second one must not cut the cleaning short
            signal.signal(number, signal.SIG_IGN)
        raise SystemExit(128 + signal_number)

    for number in signal_numbers:
        signal.signal(number, leave)


@contextlib.contextmanager
def exclusive(lock_file: pathlib.Path, purpose: str, *, wait: bool) -> Iterator[None]:
    """
    Hold a lock that ends with the process, however it ends.

    :raises SystemExit: when somebody else holds it and we shall not wait.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "another process"
            if not wait:
                raise SystemExit(f"Already running: {holder} (it holds {lock_file}).") from None
            print(f"Waiting for {holder} (it holds {lock_file}) …", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        lock.truncate()
        lock.write(f"{purpose}, process {os.getpid()}")
        lock.flush()
        yield
