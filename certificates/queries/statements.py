"""The statement library: the newest version of a text, in a language or else in English."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from certificates.models import Statement
from certificates.states import StatementKind

OFFICIAL_LANGUAGE = "en"
DATA = Path(__file__).resolve().parent.parent / "data"


class Statements:
    """The newest text of each, asked for once."""

    def __init__(self) -> None:
        self._texts = {
            (statement.kind, statement.credit_code, statement.language): statement.text
            for statement in Statement.objects.order_by("version")
        }

    def text(self, kind: StatementKind, *, credit_code: str, language: str) -> str:
        """Empty if the library has no such text, neither for the credit nor for all."""
        for code in (credit_code, ""):
            for spoken in (language, OFFICIAL_LANGUAGE):
                if text := self._texts.get((kind, code, spoken)):
                    return text
        return ""


def statement_text(kind: StatementKind, *, credit_code: str, language: str) -> str:
    return Statements().text(kind, credit_code=credit_code, language=language)


@cache
def _library() -> dict[str, Any]:
    library: dict[str, Any] = json.loads((DATA / "statements.json").read_text(encoding="utf-8"))
    return library


def live_activity(language: str) -> str:
    """What the statements call a congress or a course."""
    words: dict[str, str] = _library()["terms"]["format"]["live_activity"]
    return words.get(language, words[OFFICIAL_LANGUAGE])
