"""`test` and `lint`: everything that may be wrong, and one summary at the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from tools.dev_paths import ROOT
from tools.dev_processes import start_child
from tools.dev_run import TEST_DATA, environment_for_command, run_in_foreground, throw_away_servers
from tools.dev_system import chromium, install_packages, provide_pdf_libraries

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a real installation sets; `check --deploy` judges the settings that come of it.
LIKE_PRODUCTION = {
    "DEBUG": "0",
    "DEMO": "0",
    "SITE_URL": "https://congress.example.org",
    "ALLOWED_HOSTS": "congress.example.org",
    "BEHIND_PROXY": "1",
    "EMAIL_URL": "smtp+tls://congress:secret@mail.example.org:587",
    "DJANGO_SETTINGS_MODULE": "conference.settings",
    "SEALED_TEXT_SECRETS": "a-word-of-its-own-0123456789-0123456789-0123456789",
    "SEAL_KEY_FILE": str(TEST_DATA / "seal" / "key.pem"),
    "SEAL_CERT_FILE": str(TEST_DATA / "seal" / "cert.pem"),
}
# A file stays on one core, for what its tests share. With arguments the caller decides.
ON_ALL_CORES = ("--numprocesses", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile")
TEMPLATE_FOLDERS = ("conference", "schedule", "registration", "certificates")
SOURCE_CHECKS = {
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "templates": ("djlint", "--lint", "--quiet", *TEMPLATE_FOLDERS),
    "import contracts": ("lint-imports",),
    "types": ("mypy",),
    "translations": (sys.executable, "tools/messages.py", "check"),
}
DATABASE_CHECKS = {
    "missing migrations": (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"),
    "deployment": (*(sys.executable, "manage.py", "check"), "--deploy", "--fail-level", "WARNING"),
}


@dataclass
class Check:
    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    output: BinaryIO = field(default_factory=tempfile.TemporaryFile)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = start_child(
            list(self.command),
            when_orphaned=signal.SIGTERM,
            env=dict(self.environment),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=subprocess.STDOUT,
        )

    def has_passed(self) -> bool:
        """Wait for the end, and show what was said if it was not good."""
        assert self.process is not None
        passed = self.process.wait() == 0
        print(f"{'ok  ' if passed else 'FAIL'}  {self.name}", flush=True)
        if not passed:
            self.output.seek(0)
            print(self.output.read().decode(errors="replace"), flush=True)
        return passed


def run_checks(
    commands: Mapping[str, tuple[str, ...]], environment: Mapping[str, str]
) -> list[str]:
    """Run checks side by side, and return the names of those that failed."""
    checks = [
        Check(name, command, {**environment, **(LIKE_PRODUCTION if name == "deployment" else {})})
        for name, command in commands.items()
    ]
    for check in checks:
        check.start()
    return [check.name for check in checks if not check.has_passed()]


def check_sources() -> int:
    """Check what needs no server."""
    failed = run_checks(SOURCE_CHECKS, environment_for_command({}))
    return 1 if failed else 0


def check_everything(pytest_arguments: list[str]) -> int:
    """Check the sources, then run the suite on real servers; all failures are told at the end."""
    began_at = time.monotonic()
    pdf_complaint = provide_pdf_libraries()
    browser = chromium() or (
        chromium() if install_packages(["chromium"], "for the browser tests") else ""
    )
    with throw_away_servers() as variables:
        environment = environment_for_command({**variables, "CHROMIUM": browser})
        make_a_seal(environment)
        compile_messages(environment)
        failed = run_checks({**SOURCE_CHECKS, **DATABASE_CHECKS}, environment)
        command = [sys.executable, "-m", "pytest", *(pytest_arguments or ON_ALL_CORES)]
        if run_in_foreground(command, environment) != 0:
            failed.append("tests")
    if not browser:
        banner("NO BROWSER: the browser tests were skipped. Install Chromium or set CHROMIUM.")
    if pdf_complaint:
        banner(pdf_complaint)
    print(f"Checked in {time.monotonic() - began_at:.0f} s: ", end="")
    print(f"FAILED: {', '.join(failed)}" if failed else "all is well.", flush=True)
    return 1 if failed else 0


def compile_messages(environment: Mapping[str, str]) -> None:
    """The suite sees the four languages as people do, also in a clone that never ran."""
    command = [sys.executable, "tools/messages.py", "compile"]
    subprocess.run(command, cwd=ROOT, env=dict(environment), check=True)


def make_a_seal(environment: Mapping[str, str]) -> None:
    """A key where an issuer's would stand, so that the deployment check finds a whole installation."""
    command = [sys.executable, "manage.py", "make_demo_seal"]
    subprocess.run(command, cwd=ROOT, env={**environment, **LIKE_PRODUCTION}, check=True)


def banner(text: str) -> None:
    line = "!" * min(len(text) + 8, 100)
    print(f"\n{line}\n!!! {text} !!!\n{line}\n", flush=True)
