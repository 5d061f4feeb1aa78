"""One maker for a crowd, and none of it needed for the truth."""

import threading

import pytest
from django.core.cache import cache
from django.utils import translation

from conference.kernel import once
from conference.kernel.once import key_of, made_once, memory


@pytest.fixture(autouse=True)
def _nothing_made_yet():
    memory.clear()
    cache.clear()


class Maker:
    def __init__(self, answer: bytes = b"answer") -> None:
        self.answer = answer
        self.times = 0

    def __call__(self) -> bytes:
        self.times += 1
        return self.answer


def test_an_answer_is_made_once() -> None:
    make = Maker()

    assert [made_once("key", make) for _time in range(3)] == [b"answer"] * 3
    assert make.times == 1


def test_another_process_finds_it_in_redis() -> None:
    made_once("key", Maker())
    memory.clear()  # as in a process that has just started
    make = Maker(b"another")

    assert made_once("key", make) == b"answer"
    assert make.times == 0


def test_it_is_made_again_when_memory_and_redis_are_emptied() -> None:
    make = Maker()
    made_once("key", make)
    memory.clear()
    cache.clear()

    assert made_once("key", make) == b"answer"
    assert make.times == 2


def test_an_answer_not_worth_keeping_is_made_each_time() -> None:
    make = Maker()

    for _time in range(2):
        assert made_once("key", make, is_worth_keeping=lambda: False) == b"answer"
    assert make.times == 2


def test_a_maker_that_fails_leaves_the_way_free() -> None:
    def fail() -> bytes:
        raise LookupError

    with pytest.raises(LookupError):
        made_once("key", fail)

    assert made_once("key", Maker()) == b"answer"
    assert cache.get("key:making") is None


def test_a_crowd_that_asks_at_once_is_served_by_one_maker() -> None:
    go = threading.Event()
    answers: list[bytes] = []
    times = []

    def slow() -> bytes:
        times.append(1)
        go.wait(5)
        return b"slow"

    crowd = [
        threading.Thread(target=lambda: answers.append(made_once("key", slow)))
        for _each in range(12)
    ]
    for thread in crowd:
        thread.start()
    go.set()
    for thread in crowd:
        thread.join()

    assert answers == [b"slow"] * 12
    assert len(times) == 1


def test_a_process_waits_for_another_that_is_making_it() -> None:
    cache.add("key:making", 1, 5)  # another process is at it

    def finish() -> None:
        cache.set("key", b"theirs", 60)

    threading.Timer(0.1, finish).start()
    make = Maker()

    assert made_once("key", make) == b"theirs"
    assert make.times == 0


def test_who_waited_for_a_process_that_died_makes_it(monkeypatch) -> None:
    monkeypatch.setattr(once, "LONGEST_WAIT_SECONDS", 0.1)
    cache.add("key:making", 1, 60)  # and never ends

    assert made_once("key", Maker()) == b"answer"


def test_memory_forgets_the_longest_unused_when_it_is_full(monkeypatch) -> None:
    monkeypatch.setattr(once, "MOST_BYTES_IN_MEMORY", 10)

    memory.keep("first", b"12345")
    memory.keep("second", b"12345")
    memory.get("first")
    memory.keep("third", b"12345")

    assert (memory.get("first"), memory.get("second"), memory.get("third")) == (
        b"12345",
        None,
        b"12345",
    )


def test_a_key_depends_on_the_release_the_language_and_each_part() -> None:
    keys = {key_of("1", "a", "b"), key_of("2", "a", "b"), key_of("1", "ab"), key_of("1", "a", "")}
    with translation.override("fr"):
        keys.add(key_of("1", "a", "b"))

    assert len(keys) == 5
