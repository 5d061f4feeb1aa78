"""The virtual environment: made once from the lock, then only entered."""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import time

from tools.dev_paths import ROOT, VAR, VENV, VENV_PYTHON
from tools.dev_processes import exclusive
from tools.dev_system import provide_ensurepip

STAMP = VENV / "installed-by-dev.json"
RUN_TIME = "requirements-embedded.txt"
DEVELOPMENT = "requirements-dev.txt"  # holds all of RUN_TIME, at the same versions
SYSTEM_CERTIFICATES = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
BEGAN_AT = "DEV_BEGAN_AT"
ASK_VERSION = "import platform; print(platform.python_version())"


def digest(requirements: str) -> str:
    return hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()


def python_version_inside() -> str:
    """Return the version that the environment runs today, or '' if it runs no more."""
    try:
        asked = subprocess.run(
            [VENV_PYTHON, "-I", "-c", ASK_VERSION], check=False, capture_output=True, text=True
        )
    except OSError:
        return ""
    return asked.stdout.strip()


def stamp_for(requirements: str) -> dict[str, object]:
    files = [RUN_TIME, DEVELOPMENT] if requirements == DEVELOPMENT else [requirements]
    return {"python": python_version_inside(), "files": {name: digest(name) for name in files}}


def is_up_to_date(requirements: str) -> bool:
    try:
        stamp = json.loads(STAMP.read_text())
        return bool(
            stamp["python"] == python_version_inside() != ""
            and stamp["files"][requirements] == digest(requirements)
        )
    except (OSError, ValueError, KeyError):
        return False


def provide_environment(requirements: str) -> None:
    """Make or complete `.venv` so that it holds what this lock says."""
    if is_up_to_date(requirements):
        return
    if VENV.is_symlink() and VENV.exists():
        # Several work trees share it: changing it here would change it under the others.
        print(f"{VENV} is shared and does not match {requirements}; used as it is.")
        return
    with exclusive(VAR / "environment.lock", "the installation", wait=True):
        if not is_up_to_date(requirements):
            make_environment(requirements)


def make_environment(requirements: str) -> None:
    began_at = time.monotonic()
    print(f"Installing the packages of {requirements} into .venv …", flush=True)
    STAMP.unlink(missing_ok=True)
    if not python_version_inside():  # none yet, or its Python was upgraded or removed
        provide_ensurepip()
        must_run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    elif not has_pip():  # made by another tool
        must_run([str(VENV_PYTHON), "-m", "ensurepip"])
    if not installed_by_uv(requirements):
        print("uv could not do it, so pip does: this takes about a minute and a half.")
        must_run(pip_install(requirements))
    STAMP.write_text(json.dumps(stamp_for(requirements), indent=2) + "\n")
    print(f"Installed in {time.monotonic() - began_at:.0f} s.", flush=True)


def has_pip() -> bool:
    asked = subprocess.run(
        [VENV_PYTHON, "-m", "pip", "--version"], check=False, capture_output=True
    )
    return asked.returncode == 0


def pip_install(requirements: str) -> list[str]:
    return [
        *(str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "-r", requirements),
    ]


def installed_by_uv(requirements: str) -> bool:
    uv = VENV / "bin" / "uv"
    if not uv.exists() and not succeeds(pip_install("requirements-uv.txt")):
        return False
    return succeeds(
        [
            *(str(uv), "pip", "install", "--quiet", "--compile-bytecode"),
            *("--python", str(VENV_PYTHON)),
            *("--require-hashes", "-r", requirements),
        ]
    )


def succeeds(command: list[str]) -> bool:
    done = subprocess.run(
        command,
        cwd=ROOT,
        check=False,
        env=environment_for_installers(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        print(done.stdout.decode(errors="replace"), file=sys.stderr)
    return done.returncode == 0


def must_run(command: list[str]) -> None:
    if not succeeds(command):
        raise SystemExit(f"This failed: {' '.join(command)}")


def environment_for_installers() -> dict[str, str]:
    """A home that is missing or closed must not stop us: the caches then stay in `var`."""
    environment = dict(os.environ)
    if SYSTEM_CERTIFICATES.exists():  # as pip does: a company's own authority stands there
        environment.setdefault("UV_SYSTEM_CERTS", "1")
    home = pathlib.Path(environment.get("HOME") or "/nonexistent")
    if not os.access(home, os.W_OK):
        environment |= {
            "UV_CACHE_DIR": str(VAR / "cache" / "uv"),
            "PIP_CACHE_DIR": str(VAR / "cache" / "pip"),
        }
    return environment


def note_start() -> None:
    """Remember when the person began to wait; it outlives the change of Python."""
    os.environ.setdefault(BEGAN_AT, str(time.time()))


def seconds_since_start() -> float:
    """Return how long the person has waited, the installation included."""
    return time.time() - float(os.environ[BEGAN_AT])


def continue_inside() -> None:
    """Replace this process by the same program under the project's own Python."""
    if not pathlib.Path(sys.prefix).samefile(VENV):
        os.execv(str(VENV_PYTHON), [str(VENV_PYTHON), *sys.argv])
