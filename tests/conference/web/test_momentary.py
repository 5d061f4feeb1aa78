"""Answers kept for a moment: for every stranger, never for a person, never for long."""

import threading
import time

import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import path

from conference.access import PUBLIC, access
from conference.kernel.once import Kept
from conference.web import momentary
from conference.web.kept import KeptAnswers
from conference.web.momentary import kept_for_a_moment

made = []


@access(PUBLIC)
@kept_for_a_moment
def page(request: HttpRequest) -> HttpResponse:
    made.append(request.path)
    form = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    return HttpResponse(f"{len(made)} {form}")


urlpatterns = [path("places/", page)]


@pytest.fixture(autouse=True)
def _fresh(settings):
    settings.ROOT_URLCONF = __name__
    made.clear()


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass only when we say so."""
    now = [100.0]
    monkeypatch.setattr(momentary.time, "monotonic", lambda: now[0])
    return now


def number(response: HttpResponse) -> int:
    return int(response.text.partition(" ")[0])


def test_a_second_of_readers_costs_one_page(clock):
    process = Client()

    seen = [number(process.get("/places/")) for _reader in range(4)]
    clock[0] += momentary.FRESH_SECONDS
    seen += [number(process.get("/places/")) for _reader in range(2)]

    assert seen == [1, 1, 1, 1, 2, 2]


def test_what_is_seen_is_never_older_than_two_seconds():
    assert momentary.LINGERS_SECONDS < 2


def test_each_reader_gets_a_token_of_her_own(clock):
    process = Client()
    tokens = set()
    for _reader in range(3):
        process.cookies.clear()
        tokens.add(process.get("/places/").text.rpartition('value="')[2])

    assert (len(tokens), len(made)) == (3, 1)


@pytest.mark.parametrize("cookie", ["session", "messages"])
def test_a_person_gets_her_own_page(clock, cookie):
    process = Client()
    process.get("/places/")
    process.cookies[cookie] = "x"

    assert number(process.get("/places/")) == 2


@pytest.mark.parametrize(
    "asked",
    [{"query_params": {"x": "1"}}, {"headers": {"authorization": "Bearer x"}}],
)
def test_an_invented_query_and_a_key_are_answered_each_time(clock, asked):
    process = Client()
    process.get("/places/")

    seen = [number(process.get("/places/", **asked)) for _time in range(2)]

    assert seen == [2, 3]


def test_nothing_is_kept_while_debugging(clock, settings):
    settings.DEBUG = True
    process = Client()

    assert [number(process.get("/places/")) for _time in range(2)] == [1, 2]


class Slow:
    """A page that waits in the making, and tells how many make it at once."""

    def __init__(self) -> None:
        self.now = self.most = self.made = 0
        self.lingers = True
        self.go_on = threading.Event()
        self.go_on.set()

    def __call__(self, _request: HttpRequest) -> HttpResponse:
        self.now += 1
        self.most = max(self.most, self.now)
        assert self.go_on.wait(5)
        self.made += 1
        version = self.made
        response = HttpResponse(f"{version} ")
        response.kept = Kept(response.content, lambda: version > 1, may_linger=lambda: self.lingers)
        self.now -= 1
        return response


@pytest.mark.parametrize("lingers", [True, False])
def test_of_a_crowd_one_makes_it_anew(lingers):
    slow = Slow()
    slow.lingers = lingers
    process = KeptAnswers(slow)
    ask = RequestFactory().get("/places/")
    process(ask)  # version 1, which does not hold

    slow.go_on.clear()
    seen: list[int] = []
    crowd = [threading.Thread(target=lambda: seen.append(number(process(ask)))) for _n in range(6)]
    for one in crowd:
        one.start()
    deadline = time.monotonic() + 5
    while len(seen) < (5 if lingers else 0) and time.monotonic() < deadline:
        time.sleep(0.01)
    slow.go_on.set()
    for one in crowd:
        one.join(5)

    # Five are given the old one at once; or all wait for the new one.
    assert sorted(seen) == ([1] * 5 + [2] if lingers else [2] * 6)
    assert (slow.most, slow.made) == (1, 2)
