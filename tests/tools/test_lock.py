"""The lock: complete, hashed, and free of addresses."""

import ast
import itertools
import pathlib
import re
import sys
from importlib.metadata import packages_distributions

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
APPS = ("conference", "schedule", "registration", "certificates")
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.txt"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==\S+", flags=re.MULTILINE)


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins_in(lock: str) -> dict[str, str]:
    """Return each pinned package with its lines."""
    text = (ROOT / lock).read_text()
    starts = [match.start() for match in PIN.finditer(text)] + [len(text)]
    entries = [text[start:end] for start, end in itertools.pairwise(starts)]
    return {normalised(entry.partition("==")[0]): entry for entry in entries}


def imported_modules() -> set[str]:
    """Return the first names of all modules that the apps' code imports."""
    found: set[str] = set()
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_with_hashes_and_names_no_address(lock: str) -> None:
    pins = pins_in(lock)

    assert pins
    assert [name for name, entry in pins.items() if "--hash=sha256:" not in entry] == []
    assert "://" not in (ROOT / lock).read_text()


def test_larger_locks_hold_the_smaller_ones_at_the_same_versions() -> None:
    for smaller, larger in (
        ("requirements.txt", "requirements-embedded.txt"),
        ("requirements-embedded.txt", "requirements-dev.txt"),
    ):
        versions = {name: entry.split()[0] for name, entry in pins_in(larger).items()}

        assert {
            name: (entry.split()[0], versions.get(name))
            for name, entry in pins_in(smaller).items()
            if entry.split()[0] != versions.get(name)
        } == {}


def test_what_the_product_imports_is_in_the_lock_of_production() -> None:
    distributions = packages_distributions()
    foreign = imported_modules() - set(sys.stdlib_module_names) - {*APPS, "__future__"}
    pinned = set(pins_in("requirements.txt"))

    assert {
        module: distributions.get(module)
        for module in sorted(foreign)
        if pinned.isdisjoint(map(normalised, distributions.get(module, [])))
    } == {}
