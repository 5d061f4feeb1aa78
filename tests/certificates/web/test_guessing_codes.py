"""The form for a typed code answers thirty times a minute for one address, and no more."""

import pytest
from django.core.cache import cache
from django.test import Client

from certificates.web.verification import MOST_CODES_PER_MINUTE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _an_empty_minute():
    cache.clear()


def ask(address: str = "192.0.2.1"):
    return Client(REMOTE_ADDR=address).get("/v/?code=nothing", HTTP_ACCEPT_LANGUAGE="en")


def test_the_thirty_first_code_of_a_minute_is_not_looked_at():
    answers = [ask().status_code for _ in range(MOST_CODES_PER_MINUTE)]
    refused = ask()

    assert answers == [422] * 30
    assert refused.status_code == 429
    assert "<h1>Too many attempts</h1>" in refused.content.decode()
    assert refused["Cache-Control"] == "no-store"
    assert refused["Retry-After"] == "60"


def test_another_address_and_the_empty_form_are_answered_still():
    for _ in range(MOST_CODES_PER_MINUTE + 1):
        ask()

    assert ask("192.0.2.2").status_code == 422
    assert Client(REMOTE_ADDR="192.0.2.1").get("/v/").status_code == 200


def test_without_a_cache_nobody_is_refused(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "conference.kernel.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    assert {ask().status_code for _ in range(MOST_CODES_PER_MINUTE + 1)} == {422}


def test_certificates_too_are_looked_up_only_so_often(settings):
    settings.CERTIFICATE_LOOKUPS_PER_MINUTE = 2
    client = Client(REMOTE_ADDR="192.0.2.3")

    answers = [client.get("/v/nothing/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert answers[2]["Retry-After"] == "60"
