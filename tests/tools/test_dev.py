"""What the verbs say and refuse, and when the environment is made anew."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import pytest

from tools import dev_demo, dev_environment, dev_system
from tools.dev_processes import exclusive
from tools.dev_run import run_in_foreground

ROOT = pathlib.Path(__file__).resolve().parents[2]


# --- The demo's variables -------------------------------------------------------------------------
def test_a_taken_port_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        with pytest.raises(SystemExit) as refusal:
            dev_demo.chosen_port()

    assert str(refusal.value) == (
        f"Port {port} cannot be used (Address already in use). "
        "Choose another one: PORT=8001 make demo"
    )


@pytest.mark.parametrize("word", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("PORT", word)

    with pytest.raises(SystemExit, match=rf"^PORT must be a number from 1 to 65535, not '{word}'"):
        dev_demo.chosen_port()


@pytest.mark.parametrize("word", ["many", "0", "20001"])
def test_a_number_of_people_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.setenv("DEMO_PEOPLE", word)

    with pytest.raises(SystemExit, match=r"^DEMO_PEOPLE must be a number from 1 to 20000, not "):
        dev_demo.number_of_people()


def test_a_reset_never_touches_a_database_that_a_variable_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://congress@db/congress")
    monkeypatch.setattr(dev_demo, "VAR", tmp_path)
    (tmp_path / "media").mkdir()

    with pytest.raises(SystemExit, match=r"^DATABASE_URL names a database of yours"):
        dev_demo.reset()

    assert (tmp_path / "media").exists()


# --- Locks and commands ---------------------------------------------------------------------------
def test_a_second_start_says_who_is_there_already(tmp_path: pathlib.Path) -> None:
    lock = tmp_path / "demo.lock"

    with (
        exclusive(lock, "a demo", wait=False),
        pytest.raises(SystemExit) as refusal,
        exclusive(lock, "a demo", wait=False),
    ):
        pytest.fail("Two held the same lock.")

    assert str(refusal.value) == (
        f"Already running: a demo, process {os.getpid()} (it holds {lock})."
    )
    with exclusive(lock, "a demo", wait=False):
        assert lock.read_text() == f"a demo, process {os.getpid()}"


def test_a_lock_ends_with_a_killed_holder(tmp_path: pathlib.Path) -> None:
    lock = tmp_path / "demo.lock"
    script = (
        f"import sys, time, pathlib; sys.path.insert(0, {str(ROOT)!r})\n"
        "from tools.dev_processes import exclusive\n"
        f"with exclusive(pathlib.Path({str(lock)!r}), 'a demo', wait=False): time.sleep(60)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", script])
    deadline = time.monotonic() + 10
    while not (lock.exists() and lock.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)

    holder.kill()
    holder.wait()

    with exclusive(lock, "another demo", wait=False):
        assert lock.read_text() == f"another demo, process {os.getpid()}"


@pytest.mark.parametrize(
    ("script", "exit_code"),
    [
        ("raise SystemExit(0)", 0),
        ("raise SystemExit(7)", 7),
        ("import os; os.kill(os.getpid(), 9)", 128 + signal.SIGKILL),
    ],
)
def test_run_ends_as_its_command_ends(script: str, exit_code: int) -> None:
    assert run_in_foreground([sys.executable, "-c", script], dict(os.environ)) == exit_code


def test_a_command_that_does_not_exist_is_named() -> None:
    with pytest.raises(SystemExit, match=r"^no-such-program: No such file or directory$"):
        run_in_foreground(["no-such-program"], dict(os.environ))


def test_an_unknown_verb_is_answered_with_the_known_ones() -> None:
    answer = subprocess.run(
        [sys.executable, "tools/dev.py", "dance"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 2
    assert answer.stderr == "There is no 'dance'. There are:\n"
    assert [line.split()[0] for line in answer.stdout.splitlines()] == [
        *("demo", "demo-reset", "test", "lint", "bench", "messages", "sizes", "run", "help"),
    ]


def test_the_makefile_has_the_same_targets_as_the_program() -> None:
    lines = (ROOT / "Makefile").read_text().splitlines()
    targets = [line.partition(":")[0] for line in lines if ": ##" in line]

    assert targets == [
        *("demo", "demo-reset", "test", "lint", "bench", "messages", "sizes", "run", "help"),
    ]


# --- The environment ------------------------------------------------------------------------------
@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> pathlib.Path:
    """A tree whose `.venv` runs this very Python and was made from two small locks."""
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    for name in (dev_environment.RUN_TIME, dev_environment.DEVELOPMENT):
        (tmp_path / name).write_text(f"{name}==1\n")
    monkeypatch.setattr(dev_environment, "ROOT", tmp_path)
    monkeypatch.setattr(dev_environment, "VENV", venv)
    monkeypatch.setattr(dev_environment, "VENV_PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(dev_environment, "STAMP", venv / "stamp.json")
    stamp = dev_environment.stamp_for(dev_environment.DEVELOPMENT)
    (venv / "stamp.json").write_text(json.dumps(stamp))
    return tmp_path


def test_an_environment_with_the_tools_of_development_serves_the_demo_too(
    environment: pathlib.Path,
) -> None:
    assert dev_environment.is_up_to_date(dev_environment.DEVELOPMENT)
    assert dev_environment.is_up_to_date(dev_environment.RUN_TIME)


def test_an_environment_is_out_of_date_when_the_lock_changes(environment: pathlib.Path) -> None:
    (environment / dev_environment.DEVELOPMENT).write_text("changed==2\n")

    assert not dev_environment.is_up_to_date(dev_environment.DEVELOPMENT)
    assert dev_environment.is_up_to_date(dev_environment.RUN_TIME)


def test_an_environment_is_out_of_date_when_its_python_is_gone(environment: pathlib.Path) -> None:
    (environment / ".venv" / "bin" / "python").unlink()

    assert not dev_environment.is_up_to_date(dev_environment.RUN_TIME)


def test_a_shared_environment_is_used_as_it_is(
    environment: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    venv = environment / ".venv"
    venv.rename(environment / "elsewhere")
    venv.symlink_to(environment / "elsewhere")
    (environment / dev_environment.RUN_TIME).write_text("changed==2\n")

    dev_environment.provide_environment(dev_environment.RUN_TIME)

    assert capsys.readouterr().out == (
        f"{venv} is shared and does not match requirements-embedded.txt; used as it is.\n"
    )


# --- The system -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("libraries", "sentence"),
    [
        ({"c": "libc6"}, ""),
        (
            {"c": "libc6", "no-such-pango": "libno-pango", "no-such-ft": "libno-ft"},
            (
                "Badges and certificates cannot be made until the libraries are there: "
                "sudo apt-get install libno-pango libno-ft"
            ),
        ),
        (
            {"no-such-subset": "libharfbuzz-subset0"},
            (
                "PDF files will be large and slow until the libraries are there: "
                "sudo apt-get install libharfbuzz-subset0"
            ),
        ),
    ],
)
def test_missing_pdf_libraries_are_one_clear_sentence(
    monkeypatch: pytest.MonkeyPatch, libraries: dict[str, str], sentence: str
) -> None:
    monkeypatch.setattr(dev_system, "PDF_LIBRARIES", libraries)
    monkeypatch.setattr(dev_system, "may_install_packages", lambda: False)

    assert dev_system.provide_pdf_libraries() == sentence


def test_a_named_browser_is_preferred_and_a_wrong_name_finds_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert dev_system.chromium() == sys.executable

    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    assert dev_system.chromium() == ""
