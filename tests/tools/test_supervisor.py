"""A miniature supervisor with trivial children: whatever ends it, nobody is left behind."""

import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 15

MINIATURE = """
    import pathlib, signal, sys

    sys.path.insert(0, {root!r})
    from tools.dev_processes import adopt_orphans, exit_on_signals
    from tools.dev_supervisor import Program, Supervisor

    folder = pathlib.Path({folder!r})

    def child(name, code):
        write_pid = f"import os, pathlib; pathlib.Path('{{name}}.pid').write_text(str(os.getpid()))"
        script = f"{{write_pid}}\\n{{code}}"
        return Program([sys.executable, "-c", script], {{}}, folder, folder / f"{{name}}.log",
                       patience_seconds=1)

    SLEEP = "import time; time.sleep(600)"
    DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP
    # Its own child leaves the session, and would outlive anybody who only knows process groups.
    RUNAWAY = (
        "import subprocess, sys; started = subprocess.Popen([sys.executable, '-c', " + repr(SLEEP)
        + "], start_new_session=True); pathlib.Path('grandchild.pid').write_text(str(started.pid)); "
        + SLEEP
    )
    BRIEF = "import time; time.sleep(0.1)"

    adopt_orphans()
    exit_on_signals(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    supervisor = Supervisor()
    try:
        {additions}
        (folder / "started").touch()
        supervisor.watch()
    finally:
        supervisor.stop()
"""


class Miniature:
    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None

    def start(self, *additions: str) -> None:
        script = textwrap.dedent(MINIATURE).format(
            root=str(ROOT), folder=str(self.folder), additions="; ".join(additions)
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", script],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def end(self, signal_number: int) -> tuple[int, str]:
        assert self.process is not None
        self.process.send_signal(signal_number)
        output, _nothing = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, output

    def pid_of(self, name: str, *, other_than: int = 0) -> int:
        """Wait for a child to say its pid; `other_than` waits for its successor."""
        file = self.folder / f"{name}.pid"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if file.exists() and (word := file.read_text()) and int(word) != other_than:
                return int(word)
            time.sleep(0.02)
        pytest.fail(f"{name} did not start")


@pytest.fixture
def miniature(tmp_path: pathlib.Path) -> Iterator[Miniature]:
    miniature = Miniature(tmp_path)
    yield miniature
    if miniature.process is not None and miniature.process.poll() is None:
        miniature.process.kill()
        miniature.process.wait()


def is_alive(pid: int) -> bool:
    """A zombie is no living process: it only waits for its parent to notice."""
    try:
        status = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return status != "Z"


def wait_until_gone(pids: list[int]) -> list[int]:
    """Return those that still live after a while."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (alive := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return alive


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_supervisor_and_all_below_it(
    miniature: Miniature, signal_number: int
) -> None:
    miniature.start(
        'supervisor.add("quiet", child("quiet", SLEEP))',
        'supervisor.add("deaf", child("deaf", DEAF))',
        'supervisor.add("runaway", child("runaway", RUNAWAY))',
    )
    pids = [miniature.pid_of(name) for name in ("quiet", "deaf", "runaway", "grandchild")]

    return_code, output = miniature.end(signal_number)

    assert return_code == 128 + signal_number, output
    assert [pid for pid in pids if is_alive(pid)] == []


def test_a_killed_supervisor_leaves_no_child(miniature: Miniature) -> None:
    miniature.start(
        'supervisor.add("quiet", child("quiet", SLEEP))',
        'supervisor.add("deaf", child("deaf", DEAF))',
    )
    pids = [miniature.pid_of(name) for name in ("quiet", "deaf")]

    return_code, _output = miniature.end(signal.SIGKILL)

    assert return_code == -signal.SIGKILL
    assert wait_until_gone(pids) == []


def test_a_killed_child_is_named_and_started_again(miniature: Miniature) -> None:
    miniature.start('supervisor.add("worker", child("worker", SLEEP))')
    first_pid = miniature.pid_of("worker")

    os.kill(first_pid, signal.SIGKILL)
    second_pid = miniature.pid_of("worker", other_than=first_pid)
    return_code, output = miniature.end(signal.SIGTERM)

    assert return_code == 128 + signal.SIGTERM
    assert output == "worker ended (signal 9); starting it again in 1 s.\n"
    assert [pid for pid in (first_pid, second_pid) if is_alive(pid)] == []


def test_the_supervisor_gives_up_on_an_essential_child_that_does_not_stay_up(
    miniature: Miniature,
) -> None:
    miniature.start(
        "import tools.dev_supervisor; tools.dev_supervisor.TOO_MANY_DEATHS = 2",
        'supervisor.add("worker", child("worker", SLEEP))',
        'supervisor.add("web", child("web", BRIEF), is_essential=True)',
    )
    worker_pid = miniature.pid_of("worker")

    assert miniature.process is not None
    output, _nothing = miniature.process.communicate(timeout=PATIENCE_SECONDS)

    assert output.splitlines() == [
        "web ended (exit code 0); starting it again in 1 s.",
        "web does not stay up: ended (exit code 0). See its log.",
    ]
    assert miniature.process.returncode == 1
    assert not is_alive(worker_pid)
