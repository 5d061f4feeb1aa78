"""`demo`: a whole congress on this machine, kept in `var/` from one start to the next."""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from typing import TYPE_CHECKING

from tools.dev_environment import seconds_since_start
from tools.dev_paths import ROOT, VAR, environment_for_tools
from tools.dev_postgres import Postgres
from tools.dev_processes import adopt_orphans, exclusive, exit_on_signals, start_child
from tools.dev_supervisor import Program, Supervisor, say
from tools.dev_system import provide_pdf_libraries
from tools.dev_valkey import Valkey

if TYPE_CHECKING:
    import pathlib

LOGS = VAR / "log"
LOGINS = VAR / "logins.txt"
LOCK = VAR / "demo.lock"
KEPT_AT_RESET = frozenset({"test", "bench", "cache", "demo.lock", "environment.lock"})
WEB_PATIENCE_SECONDS = 60


def demo() -> int:
    """Bring everything up, say where it is, and stay until somebody ends us."""
    adopt_orphans()
    exit_on_signals(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    with exclusive(LOCK, "a demo", wait=False), contextlib.ExitStack() as stack:
        port = chosen_port()
        supervisor = Supervisor()
        stack.callback(say, "Stopped.")
        stack.callback(supervisor.stop)
        stack.callback(say, "\nStopping …")
        complaint = provide_pdf_libraries()
        environment = {**settings_for_demo(port), **start_servers(supervisor)}
        environment |= start_payment_simulator(supervisor, environment)
        prepare(environment)
        start_programs(supervisor, environment, port)
        wait_for_page(supervisor, port)
        welcome(environment, seconds=seconds_since_start(), complaint=complaint)
        supervisor.watch()
    return 0


def reset() -> int:
    """Forget the demo's data and start anew."""
    if os.environ.get("DATABASE_URL"):
        raise SystemExit("DATABASE_URL names a database of yours: empty it yourself.")
    with exclusive(LOCK, "a reset", wait=False):
        for path in VAR.iterdir():
            if path.name not in KEPT_AT_RESET:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    return demo()


def chosen_port() -> int:
    """
    Return the port that PORT names, or 8000.

    :raises SystemExit: when it is no port, or somebody listens there.
    """
    word = os.environ.get("PORT") or "8000"
    if not word.isdecimal() or not 0 < int(word) < 65536:
        raise SystemExit(f"PORT must be a number from 1 to 65535, not {word!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listening_host(), int(word)))
        except OSError as error:
            raise SystemExit(
                f"Port {word} cannot be used ({error.strerror}). "
                "Choose another one: PORT=8001 make demo"
            ) from None
    return int(word)


def listening_host() -> str:
    return os.environ.get("HOST") or "127.0.0.1"


def settings_for_demo(port: int) -> dict[str, str]:
    secret_key_file = VAR / "secret_key"
    if not secret_key_file.exists():
        write_private(secret_key_file, secrets.token_urlsafe(48))
    defaults = {
        "DEMO": "1",
        "SITE_URL": f"http://localhost:{port}",
        "MEDIA_ROOT": str(VAR / "media"),
        "C_FORCE_ROOT": "1",  # Celery warns of root; here it is a demo on somebody's own machine
    }
    if not os.environ.get("SECRET_KEY"):
        defaults["SECRET_KEY_FILE"] = str(secret_key_file)
    environment = environment_for_tools()
    return {**defaults, **{name: value for name, value in environment.items() if value}}


def write_private(path: pathlib.Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(content)


def start_servers(supervisor: Supervisor) -> dict[str, str]:
    """Start the servers that no variable names, and return the variables that reach them."""
    variables: dict[str, str] = {}
    if not os.environ.get("DATABASE_URL"):
        postgres = Postgres(VAR / "postgres")
        variables["DATABASE_URL"] = postgres.start()
        supervisor.add("PostgreSQL", postgres, is_essential=True)
    if not os.environ.get("REDIS_URL"):
        valkey = Valkey(VAR / "valkey", "appendonly yes", "appendfsync everysec")
        variables["REDIS_URL"] = valkey.start()
        supervisor.add("Valkey", valkey)
    return variables


def start_payment_simulator(supervisor: Supervisor, environment: dict[str, str]) -> dict[str, str]:
    """
    Start the stand-in for Stripe and Mercado Pago, and return the variable that reaches it.

    It keeps its port: a payment that was begun before a restart finds it again.
    """
    if environment.get("PAYMENTS_SIMULATOR"):
        return {}
    port = simulator_port()
    host = urllib.parse.urlsplit(environment["SITE_URL"]).hostname or "localhost"
    command = [
        *(sys.executable, "-m", "tools.payment_simulator", "--host", listening_host()),
        *("--port", str(port), "--site", environment["SITE_URL"]),
        *("--public", f"http://{host}:{port}"),
    ]
    log = LOGS / "payment_simulator.log"
    supervisor.add("payment simulator", Program(command, environment, ROOT, log))
    return {"PAYMENTS_SIMULATOR": f"http://127.0.0.1:{port}"}


def simulator_port() -> int:
    """A port that was free once, kept for the next start unless somebody took it."""
    remembered = VAR / "payment_simulator_port"
    for wanted in (int(remembered.read_text()) if remembered.exists() else 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((listening_host(), wanted))
            except OSError:
                continue
            remembered.write_text(str(probe.getsockname()[1]))
            return int(probe.getsockname()[1])
    raise SystemExit("No port is free for the payment simulator.")


def prepare(environment: dict[str, str]) -> None:
    """Have another process migrate, seed and so on, so that none of Django stays in this one."""
    process = start_child(
        [sys.executable, "-m", "tools.dev_prepare", str(number_of_people()), str(LOGINS)],
        when_orphaned=signal.SIGTERM,
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    if process.wait():
        raise SystemExit("The demo could not be prepared, for the reason above.")


def number_of_people() -> int:
    word = os.environ.get("DEMO_PEOPLE") or "400"
    if not word.isdecimal() or not 1 <= int(word) <= 20_000:
        raise SystemExit(f"DEMO_PEOPLE must be a number from 1 to 20000, not {word!r}.")
    return int(word)


def start_programs(supervisor: Supervisor, environment: dict[str, str], port: int) -> None:
    celery = [sys.executable, "-m", "celery", "--app", "conference"]
    web = [
        *(sys.executable, "-m", "gunicorn", "conference.wsgi", "--worker-class", "gthread"),
        *("--workers", "2", "--threads", "8", "--bind", f"{listening_host()}:{port}"),
        *("--max-requests", "2000", "--max-requests-jitter", "200", "--graceful-timeout", "5"),
        *("--no-control-socket", "--access-logfile", "-"),
    ]
    worker = [
        *(*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"),
        *("--without-gossip", "--without-mingle"),
    ]
    beat = [
        *(*celery, "beat", "--loglevel", "INFO", "--pidfile", ""),
        *("--schedule", str(VAR / "celerybeat-schedule")),
    ]
    web_environment = {**environment, "DB_POOL": environment.get("DB_POOL", "1")}
    supervisor.add("worker", Program(worker, environment, ROOT, LOGS / "worker.log"))
    supervisor.add("beat", Program(beat, environment, ROOT, LOGS / "beat.log"))
    supervisor.add(
        "web",
        Program(
            *(web, web_environment, ROOT, LOGS / "web.log"),
            when_orphaned=signal.SIGQUIT,  # gunicorn ends its workers, which SIGKILL would not
        ),
        is_essential=True,
    )


def wait_for_page(supervisor: Supervisor, port: int) -> None:
    """Wait until the web server answers anything, while the others are watched."""
    deadline = time.monotonic() + WEB_PATIENCE_SECONDS
    while not answers(port):
        if time.monotonic() > deadline:
            raise SystemExit(f"The web server does not answer, see {LOGS}/web.log")
        for one in supervisor.supervised:
            supervisor.look_after(one)
        time.sleep(0.1)


def answers(port: int) -> bool:
    host = "127.0.0.1" if listening_host() in {"0.0.0.0", "::"} else listening_host()
    connection = http.client.HTTPConnection(host, port, timeout=WEB_PATIENCE_SECONDS)
    try:
        connection.request("GET", "/livez")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def welcome(environment: dict[str, str], *, seconds: float, complaint: str) -> None:
    say(f"\nThe congress is open, after {seconds:.0f} s:  {environment['SITE_URL']}/\n")
    say(LOGINS.read_text(encoding="utf-8"))
    say(f"Logs: {LOGS}   Stop: Ctrl-C   Start over: make demo-reset")
    if complaint:
        say(f"\n!!! {complaint}")
