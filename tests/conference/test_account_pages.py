"""Logging in by a code from a letter, in our own pages, with the keyboard and by pasting."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from playwright.sync_api import expect

from conference.models import EmailMessage, User
from conference.operations.emailing import queue_email
from tests.browser import DESK, PHONE

ANA = "ana@example.org"


def code_in_the_last_letter() -> str:
    return re.search(r"\b\d{4}-\d{4}\b", EmailMessage.objects.first().text_body).group()


@pytest.fixture
def ana(transactional_db) -> User:
    cache.clear()  # three codes a minute for one address: each test begins its own minute
    user = User.objects.create_user(ANA, name="Ana")
    user.emailaddress_set.create(email=ANA, verified=True, primary=True)
    return user


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_the_account_is_without_a_fault(look, live_server, ana, size, theme):
    looked = look(f"{live_server.url}/accounts/login/", size=size, theme=theme)
    page = looked.page
    seen = []

    def check(name: str) -> None:
        seen.append((name, looked.findings_of_axe(), looked.is_wider_than_the_screen()))

    check("login")
    page.goto(f"{live_server.url}/accounts/signup/")
    check("signup")
    page.goto(f"{live_server.url}/accounts/login/?next=/accounts/email/")
    page.fill("#id_login", ANA)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/accounts/login/code/confirm/"))
    check("code")
    page.fill("#id_code", "0000-0000")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_visible()
    check("wrong code")
    page.fill("#id_code", code_in_the_last_letter())
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/accounts/email/")
    check("email")
    page.goto(f"{live_server.url}/accounts/logout/")
    check("logout")

    names = ["login", "signup", "code", "wrong code", "email", "logout"]
    assert seen == [(name, [], False) for name in names]
    assert looked.complaints == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_code_may_be_pasted_and_the_phone_may_fill_it(look, live_server, ana):
    page = look(f"{live_server.url}/accounts/login/", size=PHONE).page
    page.fill("#id_login", ANA)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/accounts/login/code/confirm/"))
    field = page.locator("#id_code")

    assert field.get_attribute("autocomplete") == "one-time-code"
    assert field.get_attribute("inputmode") == "numeric"
    field.focus()
    page.keyboard.insert_text(code_in_the_last_letter())

    assert field.input_value() == code_in_the_last_letter()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["es", "pt-br", "en", "fr"])
@pytest.mark.parametrize(
    "kind",
    [
        "login_code",
        "email_confirmation",
        "email_confirmation_signup",
        "unknown_account",
        "account_notice",
    ],
)
def test_every_letter_of_the_account_says_the_same_in_text_and_html(noon, kind, language):
    email = queue_email(
        f"conference/email/{kind}",
        to_address=ANA,
        to_name="Ana <b>Ñúñez</b>",
        language=language,
        event=None,
        about=None,
        context={"code": "1234-5678", "signup_url": "http://localhost/accounts/signup/"},
        at=noon,
    )

    for fact in ("1234-5678", "http://localhost/accounts/signup/"):
        assert (fact in email.text_body) == (fact in email.html_body)
    assert "Ana <b>Ñúñez</b>" in email.text_body
    assert "Ana &lt;b&gt;Ñúñez&lt;/b&gt;" in email.html_body
    assert email.subject
    assert f'lang="{language}"' in email.html_body


@pytest.mark.django_db
def test_a_letter_carries_its_styles_and_loads_nothing(event, noon):
    email = queue_email(
        "conference/email/login_code",
        to_address=ANA,
        to_name="",
        language="es",
        event=event,
        about=None,
        context={"code": "1234-5678"},
        at=noon,
    )

    assert finders.find("conference/css/email.css")
    assert "max-width: 560px" in email.html_body
    assert "<link" not in email.html_body
    assert "src=" not in email.html_body
    assert "14–18 abr 2027" in email.html_body
