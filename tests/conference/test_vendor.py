"""Third-party files are the recorded ones, and no page fetches anything from elsewhere."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "conference" / "static" / "vendor"
LEDGER = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))
APPS = ("conference", "schedule", "registration", "certificates")

# Names of XML languages and texts for people; nothing here is ever fetched by a page.
ALLOWED_ADDRESSES = {
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/1999/xhtml",
}


def our_templates_and_static_files() -> list[Path]:
    files = [
        path
        for app in APPS
        for folder in ("templates", "static")
        for path in (ROOT / app / folder).rglob("*")
        if path.suffix in {".html", ".txt", ".css", ".js", ".svg", ".xml", ".json"}
    ]
    return [path for path in files if VENDOR not in path.parents]


@pytest.mark.parametrize("package", LEDGER, ids=lambda package: package["folder"])
def test_every_vendored_file_has_its_recorded_hash(package: dict[str, dict[str, str]]) -> None:
    folder = VENDOR / str(package["folder"])

    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}

    assert found == package["sha256"]


@pytest.mark.parametrize("package", LEDGER, ids=lambda package: package["folder"])
def test_every_vendored_package_brings_its_licence(package: dict[str, dict[str, str]]) -> None:
    assert "LICENSE" in package["sha256"]
    assert package["licence"]


def test_nothing_stands_in_the_vendor_folder_that_is_not_recorded() -> None:
    here = {path.name for path in VENDOR.iterdir()}

    assert here == {package["folder"] for package in LEDGER} | {"vendor.json"}


def test_no_template_or_static_file_names_an_address_elsewhere() -> None:
    found = {
        (str(path.relative_to(ROOT)), address)
        for path in our_templates_and_static_files()
        for address in re.findall(r"https?://[^\s\"'<>)]+", path.read_text(encoding="utf-8"))
        if address not in ALLOWED_ADDRESSES
    }

    assert found == set()
