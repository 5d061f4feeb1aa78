"""The text about privacy is whole in each language, and every page leads to it."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

TEXT = json.loads(
    (Path(settings.BASE_DIR) / "conference" / "data" / "privacy.json").read_text("utf-8")
)
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def texts() -> list[dict[str, str]]:
    return [
        text
        for section in TEXT["sections"]
        for text in (
            section["heading"],
            *section.get("paragraphs", ()),
            *section.get("items", ()),
        )
    ]


def test_each_sentence_is_there_in_each_language():
    assert len(texts()) >= 25
    for text in texts():
        assert sorted(text) == sorted(LANGUAGES)
        assert all(text.values())


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_the_whole_text_in_the_readers_language(language):
    response = Client(HTTP_ACCEPT_LANGUAGE=language).get("/privacy/")

    page = response.content.decode()
    assert response.status_code == 200
    for text in texts():
        assert text[language] in page


@pytest.mark.django_db
def test_the_foot_of_a_page_leads_to_it():
    assert 'href="/privacy/"' in Client().get("/").content.decode()
