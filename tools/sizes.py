"""The ten longest files of our own: a question to their authors, not a verdict."""

from __future__ import annotations

import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS = ("conference", "schedule", "registration", "certificates", "tools", "tests")
COUNTED_SUFFIXES = frozenset({".py", ".html", ".css", ".js"})
EXEMPT_FOLDERS = frozenset({"migrations", "locale", "vendor", "__pycache__"})


def longest_files(count: int = 10) -> list[tuple[int, pathlib.Path]]:
    counted = [
        (len(path.read_text(encoding="utf-8").splitlines()), path.relative_to(ROOT))
        for folder in OURS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in COUNTED_SUFFIXES and EXEMPT_FOLDERS.isdisjoint(path.parts)
    ]
    return sorted(counted, reverse=True)[:count]


def main() -> int:
    for lines, path in longest_files():
        print(f"{lines:6}  {path}")
    return 0
