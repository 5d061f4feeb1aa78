"""Habits of our templates that the policy of browsers, or escaping, depends on."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = [
    path
    for app in ("conference", "schedule", "registration", "certificates")
    for path in (ROOT / app / "templates").rglob("*.html")
]
# Django-cotton does not escape what is given by a colon when it prints it as an attribute,
# so these names are declared by their components and never printed.
MAY_BE_GIVEN_BY_A_COLON = {"field", "form", "steps", "current"}


def found_in_templates(pattern: str) -> set[tuple[str, str]]:
    return {
        (str(path.relative_to(ROOT)), match)
        for path in TEMPLATES
        for match in re.findall(pattern, path.read_text(encoding="utf-8"))
    }


def is_for_mail_or_paper(path: str) -> bool:
    return "/email/" in path or "/paper/" in path


def test_components_are_given_strings_only_in_the_escaped_way() -> None:
    given = {
        (path, name)
        for path, tag in found_in_templates(r"<c-(?!vars)[^>]*>")
        for name in re.findall(r"\s:([a-z_-]+)=", tag)
    }

    assert {(path, name) for path, name in given if name not in MAY_BE_GIVEN_BY_A_COLON} == set()


def test_no_page_has_an_inline_style_or_an_inline_handler() -> None:
    found = found_in_templates(r"<[^>]*\s(style|on[a-z]+|hx-on[:a-z-]*)=")

    assert {(path, name) for path, name in found if not is_for_mail_or_paper(path)} == set()


def test_no_page_has_an_inline_script_or_stylesheet() -> None:
    found = found_in_templates(r"<(style|script)(?:\s+type=\"module\")?>")

    assert {(path, tag) for path, tag in found if not is_for_mail_or_paper(path)} == set()
