"""`run -- COMMAND`: a command with throw-away servers around it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import sys
from typing import TYPE_CHECKING

from tools.dev_paths import ROOT, VAR, environment_for_tools
from tools.dev_postgres import FAST_AND_FORGETFUL, Postgres
from tools.dev_processes import (
    adopt_orphans,
    end_descendants,
    exclusive,
    exit_on_signals,
    start_child,
    stop_process,
)
from tools.dev_servers import ServerDidNotStart
from tools.dev_valkey import Valkey

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

TEST_DATA = VAR / "test"


@contextlib.contextmanager
def throw_away_servers(data: pathlib.Path = TEST_DATA) -> Iterator[dict[str, str]]:
    """
    Start the servers that no variable names, and yield the variables that reach them.

    A second user of the same folder waits. Their data may be lost at any moment.
    """
    adopt_orphans()
    exit_on_signals(signal.SIGTERM, signal.SIGHUP)
    purpose = "a run of " + " ".join(sys.argv[1:])[:60]
    with exclusive(data / "lock", purpose, wait=True), contextlib.ExitStack() as stack:
        stack.callback(end_descendants)
        variables: dict[str, str] = {}
        if not os.environ.get("DATABASE_URL"):
            postgres = Postgres(data / "postgres", *FAST_AND_FORGETFUL)
            stack.callback(postgres.stop)
            variables["DATABASE_URL"] = start_anew_if_broken(postgres)
        if not os.environ.get("REDIS_URL"):
            valkey = Valkey(data / "valkey", 'save ""', "appendonly no")
            stack.callback(valkey.stop)
            variables["REDIS_URL"] = valkey.start()
        yield variables


def start_anew_if_broken(postgres: Postgres) -> str:
    """Without fsync a cut of power may break the folder; nothing in it is worth a repair."""
    try:
        return postgres.start()
    except ServerDidNotStart:
        shutil.rmtree(postgres.data)
        return postgres.start()


def environment_for_command(variables: dict[str, str]) -> dict[str, str]:
    """Return what a command needs to find the servers and to read the settings."""
    environment = {
        **environment_for_tools(),
        **variables,
    }
    environment.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
    environment.setdefault("MEDIA_ROOT", str(TEST_DATA / "media"))
    return environment


def run(command: list[str]) -> int:
    """Run a command with servers around it and return its exit code."""
    if not command:
        raise SystemExit("What shall run? For example: tools/dev.py run -- pytest -x")
    with throw_away_servers() as variables:
        return run_in_foreground(command, environment_for_command(variables))


def run_in_foreground(command: list[str], environment: dict[str, str]) -> int:
    """Run a command that shares our terminal; Ctrl-C is its own affair, we only wait for it."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        process = start_child(command, when_orphaned=signal.SIGTERM, env=environment, cwd=ROOT)
    except OSError as error:
        raise SystemExit(f"{command[0]}: {error.strerror}") from None
    try:
        return_code = process.wait()
    finally:
        stop_process(process, signal.SIGTERM, 10)
        signal.signal(signal.SIGINT, before)
    return 128 - return_code if return_code < 0 else return_code
