"""
Fault F18 against the production server: two hundred clients fall asleep in their transactions.

They take every connection that PostgreSQL gives to the role of the server, which answers "come back"
meanwhile and recovers by itself. The control lets them sleep: then it does not.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CONNECTIONS = 6
CLIENTS = 200
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def role_name() -> str:
    """Roles are of the whole server, and each process of the tests has a database of its own."""
    return f"crowded_{connection.settings_dict['NAME']}"


def as_superuser(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def role():
    """A role with few connections, so that other tests keep theirs."""
    name = role_name()
    as_superuser(
        f"CREATE ROLE {name} LOGIN PASSWORD 'crowded' CONNECTION LIMIT {CONNECTIONS}",
        f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {name}",
    )
    yield name
    as_superuser(f"DROP OWNED BY {name}", f"DROP ROLE {name}")


@pytest.fixture
def server(role):
    """The production server with its own workers and threads; its address."""
    here = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    place = here.netloc.rpartition("@")[2]
    url = here._replace(netloc=f"{role}:crowded@{place}", path=f"/{name}").geturl()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    web = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "conference.wsgi", "--worker-class", "gthread",
            "--workers", "1", "--threads", "8", "--bind", f"127.0.0.1:{port}",
            "--no-control-socket",
        ],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": url},
        cwd=django_settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    yield f"http://127.0.0.1:{port}"
    web.terminate()
    web.wait(15)


def answer_of(address: str) -> tuple[int, str | None]:
    try:
        with NO_PROXY.open(address, timeout=10) as answer:
            return answer.status, answer.headers["Retry-After"]
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Retry-After"]
    except OSError:
        return 0, None


def wait_for(address: str, status: int, *, seconds: float) -> float:
    began = time.monotonic()
    while answer_of(address)[0] != status:
        assert time.monotonic() - began < seconds, f"no {status} within {seconds} seconds"
        time.sleep(0.2)
    return time.monotonic() - began


@contextlib.contextmanager
def asleep_in_transactions(*, sent_away_after: str):
    as_superuser(
        f"ALTER ROLE {role_name()} SET idle_in_transaction_session_timeout = '{sent_away_after}'"
    )
    here = connection.get_connection_params()
    asleep, refused = [], []
    for _client in range(CLIENTS):
        try:
            client = psycopg.connect(
                **{name: here[name] for name in ("host", "port", "dbname") if name in here},
                user=role_name(), password="crowded",
            )  # fmt: skip
        except psycopg.OperationalError as error:
            refused.append(str(error))
            continue
        client.execute("SELECT 1")  # psycopg has begun a transaction
        asleep.append(client)
    assert all("too many connections" in words for words in refused)
    assert len(refused) >= CLIENTS - CONNECTIONS
    yield
    for client in asleep:
        client.close()


def test_f18_two_hundred_sleepers_take_every_connection_and_it_recovers_by_itself(event, server):
    page = f"{server}/e/{event.slug}/?country=BO"  # with a query it is not kept for a moment
    wait_for(page, 200, seconds=25)

    with asleep_in_transactions(sent_away_after="8s"):
        assert answer_of(page) == (503, "5")
        assert answer_of(f"{server}/livez")[0] == 200
        recovered = wait_for(page, 200, seconds=20)

    assert recovered < 20


def test_f18_control_sleepers_that_are_not_sent_away_keep_it_down(event, server):
    page = f"{server}/e/{event.slug}/?country=BO"  # with a query it is not kept for a moment
    wait_for(page, 200, seconds=25)

    with asleep_in_transactions(sent_away_after="0"):
        time.sleep(3)
        assert answer_of(page) == (503, "5")

    wait_for(page, 200, seconds=20)
