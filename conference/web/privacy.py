"""What is kept of people, why, and their rights. The text is data: `conference/data/privacy.json`."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from conference.access import PUBLIC, access


@lru_cache(maxsize=1)
def _text() -> dict[str, Any]:
    path = Path(settings.BASE_DIR) / "conference" / "data" / "privacy.json"
    text: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return text


@access(PUBLIC)
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    language = get_language() or settings.LANGUAGE_CODE
    sections = [
        {
            "heading": section["heading"][language],
            "paragraphs": [each[language] for each in section.get("paragraphs", ())],
            "items": [each[language] for each in section.get("items", ())],
        }
        for section in _text()["sections"]
    ]
    return render(
        request,
        "conference/privacy.html",
        {"sections": sections, "edition": _text()["edition"]},
    )
