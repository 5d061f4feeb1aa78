"""One process owns all the others: it starts them in order, restarts them, and ends them."""

from __future__ import annotations

import contextlib
import itertools
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tools.dev_processes import bury_adopted, end_descendants, start_child, stop_process
from tools.dev_servers import ServerDidNotStart

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

LOOK_EVERY_SECONDS = 0.2
LOOKS_PER_BURIAL = 50
LONGEST_PAUSE_SECONDS = 30
HEALTHY_AFTER_SECONDS = 60
TOO_MANY_DEATHS = 5
LOG_KEPT_BYTES = 5_000_000


def say(text: str) -> None:
    """Print at once; a terminal that is gone must not stop us from cleaning up."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


class Service(Protocol):
    """What can be supervised: a Program, a Postgres, a Valkey."""

    process: subprocess.Popen[bytes] | None

    def start(self) -> object: ...

    def stop(self) -> None: ...


@dataclass
class Program:
    """A command that runs until it is told to end, and writes into its own log."""

    command: list[str]
    environment: Mapping[str, str]
    folder: pathlib.Path
    log: pathlib.Path
    stop_signal: int = signal.SIGTERM
    when_orphaned: int = signal.SIGKILL  # nothing is lost: all work is a row first
    patience_seconds: float = 8
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self.process = start_child(
                self.command,
                when_orphaned=self.when_orphaned,
                env=dict(self.environment),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone
            )

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        if self.process is not None:
            stop_process(self.process, self.stop_signal, self.patience_seconds)


@dataclass
class Supervised:
    name: str
    service: Service
    is_essential: bool
    started_at: float = 0
    deaths: int = 0
    restart_at: float | None = None

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.restart_at = None
        self.service.start()


@dataclass
class Supervisor:
    """
    Starts services in the order in which they are added and ends them in the reverse order.

    :raises SystemExit: from `watch`, when an essential service does not stay up.
    """

    supervised: list[Supervised] = field(default_factory=list)

    def add(self, name: str, service: Service, *, is_essential: bool = False) -> None:
        """Start a service, or take over one that runs already."""
        one = Supervised(name, service, is_essential, started_at=time.monotonic())
        self.supervised.append(one)
        if service.process is None:
            one.start()

    def watch(self) -> None:
        for look in itertools.count():
            for one in self.supervised:
                self.look_after(one)
            if look % LOOKS_PER_BURIAL == 0:
                running = [one.service.process for one in self.supervised]
                bury_adopted({process.pid for process in running if process is not None})
            time.sleep(LOOK_EVERY_SECONDS)

    def look_after(self, one: Supervised) -> None:
        now = time.monotonic()
        if one.restart_at is not None:
            if now >= one.restart_at:
                try:
                    one.start()
                except ServerDidNotStart as error:
                    self.note_death(one, str(error))
        elif one.service.process is not None and one.service.process.poll() is not None:
            self.note_death(one, f"ended ({describe(one.service.process.returncode)})")

    def note_death(self, one: Supervised, what_happened: str) -> None:
        now = time.monotonic()
        one.deaths = 1 if now - one.started_at > HEALTHY_AFTER_SECONDS else one.deaths + 1
        if one.is_essential and one.deaths >= TOO_MANY_DEATHS:
            raise SystemExit(f"{one.name} does not stay up: {what_happened}. See its log.")
        pause_seconds = min(2 ** (one.deaths - 1), LONGEST_PAUSE_SECONDS)
        one.restart_at = now + pause_seconds
        say(f"{one.name} {what_happened}; starting it again in {pause_seconds} s.")

    def stop(self) -> None:
        """End everything: the programs together, then the servers, then whatever they left."""
        for one in reversed(self.supervised):
            if isinstance(one.service, Program):
                one.service.ask_to_stop()
        for one in reversed(self.supervised):
            try:
                one.service.stop()
            except Exception as error:  # noqa: BLE001 - the others must be ended all the same
                print(f"{one.name} did not end well: {error}", file=sys.stderr)
        end_descendants()


def describe(return_code: int) -> str:
    return f"signal {-return_code}" if return_code < 0 else f"exit code {return_code}"
