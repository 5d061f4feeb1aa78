"""The embedded servers, from the first start to a start after a crash."""

import pathlib
import signal

import psycopg
import pytest
import redis

from tools.dev_postgres import Postgres
from tools.dev_valkey import Valkey


@pytest.fixture
def postgres(tmp_path: pathlib.Path):
    # pytest's folder is closed to others: as root this is the case of a clone in root's home.
    server = Postgres(tmp_path / "postgres", "fsync=off")
    yield server
    server.stop()


@pytest.fixture
def valkey(tmp_path: pathlib.Path):
    server = Valkey(tmp_path / "valkey", "appendonly yes", "appendfsync always")
    yield server
    server.stop()


def test_postgres_keeps_its_rows_and_its_address_over_a_crash(postgres: Postgres) -> None:
    url = postgres.start()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE room (name text)")
        connection.execute("INSERT INTO room VALUES ('Aula Magna')")

    assert postgres.process is not None
    postgres.process.send_signal(signal.SIGQUIT)  # at once, as after a crash
    postgres.process.wait(30)

    assert postgres.start() == url
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT name FROM room").fetchall() == [("Aula Magna",)]


def test_postgres_listens_on_no_network_and_lets_only_its_owner_in(postgres: Postgres) -> None:
    url = postgres.start()

    with psycopg.connect(url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
    assert postgres.socket_folder.stat().st_mode & 0o777 == 0o700


def test_postgres_runs_below_a_path_that_is_too_long_for_a_socket(tmp_path: pathlib.Path) -> None:
    server = Postgres(tmp_path / ("long" * 25) / "postgres", "fsync=off")

    try:
        with psycopg.connect(server.start()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()
    assert not server.socket_folder.exists()


def test_postgres_takes_its_folder_back_from_an_orphan(tmp_path: pathlib.Path) -> None:
    orphan = Postgres(tmp_path / "postgres", "fsync=off")
    orphan.start()
    successor = Postgres(tmp_path / "postgres", "fsync=off")

    try:
        with psycopg.connect(successor.start()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert orphan.process is not None
        assert orphan.process.wait(10) == 0
    finally:
        successor.stop()


def test_valkey_keeps_its_keys_and_its_address_over_a_crash(valkey: Valkey) -> None:
    url = valkey.start()
    redis.Redis.from_url(url).set("seats", 40)

    assert valkey.process is not None
    valkey.process.kill()
    valkey.process.wait()

    assert valkey.start() == url
    assert redis.Redis.from_url(url).get("seats") == b"40"


def test_valkey_asks_for_its_password_and_shows_it_to_nobody(valkey: Valkey) -> None:
    valkey.start()
    assert valkey.process is not None

    with pytest.raises(redis.AuthenticationError):
        redis.Redis(host="127.0.0.1", port=valkey.port).ping()
    command_line = pathlib.Path(f"/proc/{valkey.process.pid}/cmdline").read_bytes()
    assert valkey.password.encode() not in command_line


def test_valkey_ends_the_orphan_on_its_folder(tmp_path: pathlib.Path) -> None:
    orphan = Valkey(tmp_path / "valkey", "appendonly yes")
    orphan.start()
    assert orphan.process is not None
    successor = Valkey(tmp_path / "valkey", "appendonly yes")

    try:
        url = successor.start()
        assert redis.Redis.from_url(url).ping() is True
        assert orphan.process.wait(10) == 0
    finally:
        successor.stop()
