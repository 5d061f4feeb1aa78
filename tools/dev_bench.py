"""`bench`: measure on durable servers of its own, kept apart from the demo's data."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys

from tools.dev_paths import ROOT, VAR
from tools.dev_postgres import Postgres
from tools.dev_processes import (
    adopt_orphans,
    end_descendants,
    exclusive,
    exit_on_signals,
    start_child,
)
from tools.dev_run import environment_for_command
from tools.dev_valkey import Valkey

BENCH_DATA = VAR / "bench"


def bench(arguments: list[str]) -> int:
    """Measure what is named (orders, checkout, flash, pages, badges, certificates), or everything."""
    adopt_orphans()
    exit_on_signals(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    with exclusive(BENCH_DATA / "lock", "a bench", wait=True), contextlib.ExitStack() as stack:
        stack.callback(end_descendants)
        # Each run starts from the same empty database, with fsync and synchronous commit on.
        shutil.rmtree(BENCH_DATA / "postgres", ignore_errors=True)
        shutil.rmtree(BENCH_DATA / "media", ignore_errors=True)
        variables = {
            "MEDIA_ROOT": str(BENCH_DATA / "media"),
            "SEAL_KEY_FILE": str(BENCH_DATA / "seal" / "key.pem"),
            "SEAL_CERT_FILE": str(BENCH_DATA / "seal" / "cert.pem"),
            "STATIC_ROOT": str(BENCH_DATA / "static"),
            "LOG_LEVEL": "ERROR",
            # All clients of the bench come from one address.
            "ORDERS_PER_MINUTE": "0",
            "CERTIFICATE_LOOKUPS_PER_MINUTE": "0",
            "EMAIL_URL": "dummymail://",  # letters are written and delivered, to nobody
        }
        if not os.environ.get("DATABASE_URL"):
            postgres = Postgres(BENCH_DATA / "postgres")
            stack.callback(postgres.stop)
            variables["DATABASE_URL"] = postgres.start()
        if not os.environ.get("REDIS_URL"):
            valkey = Valkey(BENCH_DATA / "valkey", "appendonly yes", "appendfsync everysec")
            stack.callback(valkey.stop)
            variables["REDIS_URL"] = valkey.start()
        environment = {**environment_for_command({}), **variables, "PYTHONPATH": str(ROOT)}
        # Pages are measured as in production: hashed names from the manifest.
        for command in (
            [sys.executable, "manage.py", "collectstatic", "--no-input", "-v", "0"],
            [sys.executable, "tools/messages.py", "compile"],
            [sys.executable, "-m", "tools.bench.measure", *arguments],
        ):
            code = start_child(
                command, when_orphaned=signal.SIGTERM, env=environment, cwd=ROOT
            ).wait()
            if code:
                return code
    return 0
