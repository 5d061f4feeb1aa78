"""Which messages an app's code and templates ask for."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

TEMPLATE_SUFFIXES = frozenset({".html", ".txt", ".xml", ".svg"})
SKIPPED_FOLDERS = frozenset({"migrations", "locale", "__pycache__"})
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def source_files(app: pathlib.Path) -> Iterator[pathlib.Path]:
    for path in sorted(app.rglob("*")):
        inside = path.relative_to(app)
        if SKIPPED_FOLDERS.isdisjoint(inside.parts) and (
            path.suffix == ".py"
            or ("templates" in inside.parts and path.suffix in TEMPLATE_SUFFIXES)
        ):
            yield path


def python_of(path: pathlib.Path) -> bytes:
    """Return the file as Python whose calls hold the strings; a template is rewritten so."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # In parentheses the template's indentation means nothing to the tokenizer.
        text = f"(\n{templatize(text, origin=str(path))}\n)"
    return text.encode()


def messages_in(app: pathlib.Path) -> Catalog:
    """Return all messages that the app's code and templates ask for."""
    template = Catalog(charset="utf-8")
    for path in source_files(app):
        place = path.relative_to(app.parent).as_posix()
        found = extract(
            "python",
            io.BytesIO(python_of(path)),
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
            options={"encoding": "utf-8"},
        )
        for _line, message_id, comments, context in found:
            template.add(
                message_id, locations=[(place, 1)], auto_comments=comments, context=context
            )
    return template
