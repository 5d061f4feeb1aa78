"""The very commands of docker-compose.yml, run on loopback as in production, without containers."""

import os
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.tools.test_compose import BINARIES, ROOT, SERVICES, command_of
from tools.dev_servers import free_port
from tools.is_alive import is_alive

PATIENCE_SECONDS = 60
SITE_URL = "https://congress.example.org"

pytestmark = pytest.mark.slow


def replace_path(url: str, path: str) -> str:
    return urlsplit(url)._replace(path=path).geturl()


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The variables of a container, with a database of its own, after the two one-shots."""
    folder = tmp_path_factory.mktemp("production")
    server_url = os.environ["DATABASE_URL"]
    database = f"compose_{os.getpid()}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database}")
    environment = {
        "PATH": f"{BINARIES}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOSTNAME": socket.gethostname(),
        "SECRET_KEY": "only-in-this-test-only-in-this-test-only-in-this-test-0123456789",
        "DATABASE_URL": replace_path(server_url, f"/{database}"),
        "REDIS_URL": replace_path(os.environ["REDIS_URL"], "/9"),
        "SITE_URL": SITE_URL,
        "ALLOWED_HOSTS": "congress.example.org",
        "BEHIND_PROXY": "1",
        "EMAIL_URL": "consolemail://",
        "SEAL_KEY_FILE": str(folder / "seal" / "key.pem"),
        "SEAL_CERT_FILE": str(folder / "seal" / "cert.pem"),
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
        "WEB_CONCURRENCY": "1",
        "C_FORCE_ROOT": "1",
    }
    run(command_of("migrate"), environment)
    run(command_of("seal"), environment)
    yield environment
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {database} WITH (FORCE)")


def run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            pytest.fail(f"It did not come up: {process.communicate()[0]}")
        time.sleep(0.1)


@pytest.fixture
def started() -> Iterator[Callable[[list[str], dict[str, str]], subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []

    def start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def on_loopback(command: list[str], port: int) -> list[str]:
    assert "0.0.0.0:8000" in command
    return [f"127.0.0.1:{port}" if part == "0.0.0.0:8000" else part for part in command]


def health_check_of(service_name: str) -> list[str]:
    kind, *rest = SERVICES[service_name]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    return ["sh", "-c", rest[0].replace("$$", "$")]


def page_at(port: int) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/",
        headers={"Host": "congress.example.org", "X-Forwarded-Proto": "https"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        return answer.read().decode()


def succeeds(command: list[str], environment: dict[str, str]) -> bool:
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)
    return done.returncode == 0


def test_the_image_migrates_and_serves_pages_with_hashed_static_files(production, started) -> None:
    run([str(BINARIES / "python"), "manage.py", "collectstatic", "--no-input"], production)
    port = free_port()

    web = started(on_loopback(command_of("web"), port), {**production, "DB_POOL": "1"})
    wait_until(lambda: is_alive(port, SITE_URL), web)

    page = page_at(port)
    assert re.search(r'href="/static/[^"]+\.[0-9a-f]{12}\.css"', page) is not None
    assert is_alive(free_port(), SITE_URL) is False


def test_a_worker_and_the_scheduler_come_up_healthy(production, started, tmp_path) -> None:
    worker = started(command_of("worker"), production)
    in_this_folder = [
        part.replace("/tmp/celery", f"{tmp_path}/celery") for part in command_of("beat")
    ]
    beat = started(in_this_folder, production)

    check_of_beat = [part.replace("/tmp ", f"{tmp_path} ") for part in health_check_of("beat")]
    wait_until(lambda: succeeds(health_check_of("worker"), production), worker)
    wait_until(lambda: succeeds(check_of_beat, production), beat)
