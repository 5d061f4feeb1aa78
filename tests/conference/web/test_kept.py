"""Answers for everybody, given before the middleware: the same as with it, and never too long."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation

from conference.access import PUBLIC, access
from conference.kernel.once import Kept
from conference.web.kept import KeptAnswers

made = []
holds = [True]


@access(PUBLIC)
def page(request: HttpRequest) -> HttpResponse:
    made.append(request.path)
    body = f"in {translation.get_language()}, token TOKEN".encode()
    response = HttpResponse(body)
    response["ETag"] = '"release-1"'
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Cookie"
    response.kept = Kept(body, lambda: holds[0], b"TOKEN")
    return response


urlpatterns = [path("kept/", page)]


@pytest.fixture(autouse=True)
def _fresh(settings):
    settings.ROOT_URLCONF = __name__
    made.clear()
    holds[0] = True


def get(client: Client, **headers: str) -> HttpResponse:
    return client.get("/kept/", headers={"accept-language": "en", **headers})


def test_a_kept_answer_is_given_again_with_the_headers_of_all_middleware() -> None:
    client = Client()

    first, second = get(client), get(client)

    assert made == ["/kept/"]
    assert second.status_code == 200
    names = set(first.headers) - {"Content-Length"}
    assert {name: second[name] for name in names} == {name: first[name] for name in names}
    assert first["Vary"] == "Cookie, Accept-Language"
    assert "Content-Security-Policy" in second
    assert "Permissions-Policy" in second
    assert second["X-Content-Type-Options"] == "nosniff"


def test_every_reader_gets_a_token_and_its_cookie(settings) -> None:
    process = Client()  # a test client is a process of its own, with a memory of its own
    get(process)
    tokens, secrets = set(), set()

    for _reader in range(3):
        process.cookies.clear()
        tokens.add(get(process).text.rpartition(" ")[2])
        secrets.add(process.cookies[settings.CSRF_COOKIE_NAME].value)

    assert {len(token) for token in tokens} == {64}
    assert (len(tokens), len(secrets), made) == (3, 3, ["/kept/"])


def test_a_reader_who_comes_back_keeps_the_secret(settings) -> None:
    process = Client()
    get(process)
    get(process)
    secret = process.cookies[settings.CSRF_COOKIE_NAME].value

    get(process)

    assert process.cookies[settings.CSRF_COOKIE_NAME].value == secret


def test_an_answer_that_holds_no_longer_is_made_anew() -> None:
    client = Client()
    get(client)
    holds[0] = False

    get(client)

    assert made == ["/kept/"] * 2


def test_whoever_has_it_is_told_so_without_making_it() -> None:
    client = Client()
    get(client)

    again = get(client, **{"if-none-match": '"release-1"'})

    assert (again.status_code, again.content) == (304, b"")
    assert made == ["/kept/"]


@pytest.mark.parametrize(
    "difference",
    [
        {"headers": {"accept-language": "fr"}},
        {"headers": {"accept-language": "en", "hx-request": "true"}},
        {"headers": {"accept-language": "en", "accept": "text/html"}},
        {"query_params": {"q": "x"}},
        {"secure": True},
    ],
)
def test_another_question_gets_another_answer(difference) -> None:
    client = Client()
    get(client)

    client.get("/kept/", **{"headers": {"accept-language": "en"}, **difference})

    assert len(made) == 2


@pytest.mark.parametrize("cookie", ["session", "messages"])
def test_a_person_is_never_given_what_is_everybodys(cookie) -> None:
    client = Client()
    get(client)
    client.cookies[cookie] = "x"

    get(client)

    assert len(made) == 2


@pytest.mark.parametrize("cookie", ["theme", "django_language"])
def test_a_chosen_theme_or_language_is_a_question_of_its_own(cookie) -> None:
    client = Client()
    get(client)
    client.cookies[cookie] = "fr"

    get(client)

    assert len(made) == 2


@pytest.mark.parametrize("method", ["post", "head", "put"])
def test_only_reading_is_answered_early(method) -> None:
    client = Client()
    get(client)

    getattr(client, method)("/kept/", headers={"accept-language": "en"})

    assert len(made) == 2


def test_a_strangers_host_is_still_refused() -> None:
    client = Client()
    get(client)

    assert get(client, host="evil.example").status_code == 400


def test_it_remembers_a_bounded_number_of_answers(monkeypatch) -> None:
    monkeypatch.setattr(KeptAnswers, "MOST", 3)
    middleware = KeptAnswers(page)
    for number in range(5):
        middleware(RequestFactory().get(f"/kept/?n={number}"))

    assert len(middleware._answers) == 3
