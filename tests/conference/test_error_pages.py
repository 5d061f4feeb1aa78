"""What a person sees when something is refused or broken: a sentence and one way on."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

SENTENCES = {
    "400.html": "We could not read what was sent",
    "500.html": "Something is broken on our side",
    "503.html": "Very many people are here",
}


@pytest.mark.parametrize("template", sorted(SENTENCES))
def test_the_pages_that_django_renders_without_a_request_need_none(template):
    with translation.override("en"):
        html = render_to_string(template)

    assert f"<h1>{SENTENCES[template]}</h1>" in html
    assert 'href="/"' in html


@pytest.mark.django_db
def test_an_unknown_address_answers_404_with_a_way_on(client):
    response = client.get("/nothing/here/", HTTP_ACCEPT_LANGUAGE="en")

    assert response.status_code == 404
    assert "<h1>There is nothing at this address</h1>" in response.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_offers_to_send_what_was_typed_again():
    client = Client(enforce_csrf_checks=True)

    response = client.post(
        "/accounts/login/", {"login": 'ana"<b>@example.org'}, HTTP_ACCEPT_LANGUAGE="en"
    )

    html = response.content.decode()
    assert response.status_code == 403
    assert '<input type="hidden" name="login" value="ana&quot;&lt;b&gt;@example.org">' in html
    assert '<form class="form" method="post" action="/accounts/login/"' in html


@pytest.mark.urls("tests.conference.unreadable_urls")
@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_in_time_is_no_crash(client):
    page = client.get("/slow/", headers={"accept-language": "en"})
    program = client.get("/api/slow/")

    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "Very many people are here" in page.content.decode()
    assert (program.status_code, program.json()["code"]) == (503, "busy")
