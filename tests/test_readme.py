"""README is read by strangers: what it names exists."""

import re
from pathlib import Path

# Named in the meaning of another variable.
FALLBACKS = ["`SECRET_KEY_FALLBACKS`"]
ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def test_the_table_of_variables_is_what_the_settings_read():
    settings = (ROOT / "conference" / "settings.py").read_text()
    read = set(re.findall(r"(?:env\.\w+|flag)\(\s*\"([A-Z_]+)\"", settings))
    table = README.partition("## Configure")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    told = {name for cell in (*cells, *FALLBACKS) for name in re.findall(r"`([A-Z][A-Z_]+)`", cell)}

    assert read - told == set()
    assert told - read == set()


def test_every_link_and_picture_leads_somewhere():
    targets = re.findall(r"\]\(([^)]+)\)", README)

    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_function_that_is_named_with_its_file_stands_there():
    named = re.findall(r"`([a-z_/]+\.py): (\w+)`", README)

    assert len(named) >= 5
    assert [
        (path, function)
        for path, function in named
        if f"def {function}(" not in (ROOT / path).read_text()
    ] == []
