"""Bad input that our own checks missed is the visitor's 400 and a line in our log, never a 500."""

import logging

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.conference.unreadable_urls")]


def test_a_value_the_database_cannot_hold_answers_400_and_is_logged(caplog):
    with caplog.at_level(logging.ERROR, logger="conference.web.middleware"):
        response = Client(raise_request_exception=False).get("/too-much/")

    assert response.status_code == 400
    assert [record.getMessage() for record in caplog.records if record.exc_info] == [
        "Unreadable input reached a view: /too-much/"
    ]


def test_a_bug_that_is_no_bad_input_stays_a_bug():
    with pytest.raises(LookupError):
        Client().get("/bug/")


@pytest.mark.parametrize("query", ["q=%00", "q=%ff%fe", "q=%ed%a0%80"])
def test_an_address_that_is_no_text_answers_400_before_any_view(query):
    assert Client().get(f"/bug/?{query}").status_code == 400


@pytest.mark.urls("conference.urls")
@pytest.mark.parametrize("address", ["/theme/", "/i18n/setlang/", "/accounts/login/"])
def test_a_form_that_says_it_is_utf_16_answers_400_and_not_a_crash(address):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    response = client.generic(
        "POST",
        address,
        b"next=%2F",
        content_type="application/x-www-form-urlencoded; charset=utf-16",
        HTTP_ACCEPT_LANGUAGE="en",
    )

    assert response.status_code == 400
    assert "<h1>We could not read what was sent</h1>" in response.content.decode()


@pytest.mark.urls("conference.urls")
@pytest.mark.parametrize(
    "target",
    [
        "NaN", "a\x00b", "front", "conference:front", "x" * 300, "/" + "x" * 5000, "",
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "http:///evil.example", " //evil.example",
    ],
)  # fmt: skip
def test_choosing_a_theme_leads_to_the_front_page_when_next_is_no_address_of_ours(target):
    response = Client().post("/theme/", {"theme": "dark", "next": target})

    assert (response.status_code, response["Location"]) == (302, "/")
    assert response.cookies["theme"].value == "dark"


@pytest.mark.urls("conference.urls")
def test_choosing_a_theme_leads_back_to_the_page_it_was_chosen_on():
    response = Client().post("/theme/", {"theme": "light", "next": "/e/x/programme/?q=a b"})

    assert response["Location"] == "/e/x/programme/?q=a%20b"
