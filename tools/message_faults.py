"""What may be wrong with one translated message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

PERCENT_PLACEHOLDER = re.compile(r"%\((\w+)\)[-#0 +]?\d*(?:\.\d+)?([diouxXeEfFgGcrs])")
NAMELESS_PLACEHOLDER = re.compile(r"%[sd]")
BRACE_PLACEHOLDER = re.compile(r"\{(\w*)[^{}]*\}")


def forms_of(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str) or text is None else tuple(text)


def is_translated(message: Message) -> bool:
    return all(form.strip() for form in forms_of(message.string))


def placeholders_in(text: str, *, braces: bool) -> set[str]:
    found = {f"%({name}){kind}" for name, kind in PERCENT_PLACEHOLDER.findall(text)}
    if braces:
        found |= {f"{{{name}}}" for name in BRACE_PLACEHOLDER.findall(text)}
    return found


def breaks_formatting(text: str, original: str) -> bool:
    """A lone per cent sign, or a value too many or too few, makes `text % values` an error page."""
    rest, wanted = (PERCENT_PLACEHOLDER.sub("", t.replace("%%", "")) for t in (text, original))
    if NAMELESS_PLACEHOLDER.findall(rest) != NAMELESS_PLACEHOLDER.findall(wanted):
        return True
    return "%" in NAMELESS_PLACEHOLDER.sub("", rest)


def faults_of(message: Message, plural_forms: int) -> Iterator[str]:
    """Yield what would show a wrong text, or none, in this language."""
    originals = forms_of(message.id)
    translations = forms_of(message.string)
    if not is_translated(message):
        yield "has an empty plural form" if any(map(str.strip, translations)) else "untranslated"
        return
    if message.fuzzy:
        yield "fuzzy"
    if message.pluralizable and len(translations) != plural_forms:
        yield f"has {len(translations)} plural forms instead of {plural_forms}"
    braces = not placeholders_in(originals[-1], braces=False)
    allowed = {name for text in originals for name in placeholders_in(text, braces=braces)}
    demanded = placeholders_in(originals[-1], braces=braces)
    for number, text in enumerate(translations):
        found = placeholders_in(text, braces=braces)
        if surplus := sorted(found - allowed):
            yield f"has unknown placeholders: {', '.join(surplus)}"
        # "One seat" may leave out its number; the last form speaks of many.
        is_last = number == len(translations) - 1
        if is_last and (missing := sorted(demanded - found)):
            yield f"lacks placeholders: {', '.join(missing)}"
        if message.python_format and breaks_formatting(text, originals[-1]):
            yield "has a per cent sign that is no placeholder of the original: write %%"
