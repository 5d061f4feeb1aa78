"""Laws of the house that no linter knows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("conference", "schedule", "registration", "certificates")


def _sources(pattern: str = "*.py"):
    for app in APPS:
        for path in sorted((ROOT / app).rglob(pattern)):
            if "migrations" not in path.parts:
                yield path


def test_states_change_only_in_operations():
    changes = re.compile(r"(?m)^\s+[\w.]+\.state = |\.update\([^)]*\bstate=")
    offenders = [
        str(path.relative_to(ROOT))
        for path in _sources()
        if "operations" not in path.parts
        and "seeding" not in path.parts
        and changes.search(path.read_text())
    ]

    assert offenders == []


def test_the_clock_is_read_at_the_edge_only():
    inside = ("operations", "queries", "rules", "models", "exports", "imports")
    offenders = [
        str(path.relative_to(ROOT))
        for path in _sources()
        if set(path.parts) & set(inside) | ({path.stem} & set(inside))
        and re.search(r"timezone\.now\(|datetime\.now\(|date\.today\(", path.read_text())
    ]

    assert offenders == []


def test_no_template_has_anything_inline():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:"
    )
    offenders = [
        f"{path.relative_to(ROOT)}: {found.group(0)}"
        for path in _sources("*.html")
        if "email" not in path.parts and "pdf" not in path.parts
        if (found := inline.search(path.read_text()))
    ]

    assert offenders == []


def test_text_is_marked_safe_only_where_it_was_made_safe():
    # Each place is an SVG or HTML that we made ourselves, or text that nh3 has cleaned.
    allowed = re.compile(r"mark_safe|\|safe\b|autoescape off|SafeString")
    offenders = [
        str(path.relative_to(ROOT))
        for path in (*_sources(), *_sources("*.html"))
        if allowed.search(path.read_text())
        and path.stem not in {"rich_text", "presentation", "qr", "ical"}
    ]

    assert offenders == []


def test_no_sql_is_put_together_from_input():
    banned = re.compile(r"\.raw\(|\.extra\(|execute\(f[\"']|filter\(\*\*request")
    offenders = [
        str(path.relative_to(ROOT)) for path in _sources() if banned.search(path.read_text())
    ]

    assert offenders == []


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_a_lock_names_no_file_address(lock):
    assert "://" not in lock.read_text()


def test_no_two_test_files_of_folders_without_a_package_share_a_name():
    """They are imported by their bare name: the second one stops the whole run."""
    names = [
        path.name
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if not (path.parent / "__init__.py").exists()
    ]

    assert sorted(name for name in set(names) if names.count(name) > 1) == []
