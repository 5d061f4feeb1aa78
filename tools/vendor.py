"""
Copy the few third-party files that browsers and PDFs need into conference/static/vendor/.

For maintainers only: nothing in demo, tests or production runs it. It fetches each package with
`npm pack`, refuses it unless its sha512 is the one recorded here, copies the listed files and the
licence, and writes vendor.json with a SHA-256 of each, which tests/conference/test_vendor.py recomputes.

    python3 tools/vendor.py          bring the folder to the list below
    python3 tools/vendor.py --check  only compare, change nothing
"""

import argparse
import base64
import dataclasses
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENDOR = ROOT / "conference" / "static" / "vendor"
LEDGER = VENDOR / "vendor.json"


@dataclasses.dataclass(frozen=True)
class Package:
    """A package on npm and the files we take from it, by their path inside the package."""

    name: str
    version: str
    licence: str
    integrity: str
    files: tuple[str, ...]

    @property
    def folder(self) -> str:
        return f"{self.name.rpartition('/')[2]}-{self.version}"


def font_files(family: str, *styles: str) -> tuple[str, ...]:
    return tuple(
        f"files/{family}-{script}-{style}.woff2"
        for script in ("latin", "latin-ext")
        for style in styles
    )


PACKAGES = (
    Package(
        name="@fontsource/source-sans-3",
        version="5.3.1",
        licence="OFL-1.1",
        integrity="sha512-O3YxvbotUOgYI2Zx0bBcEMNjnwitRf9P2+9pd54sMoux1NHrdXnMwZusw2P78lFhEzOPN4glOEQmX0ASaS68uA==",
        files=font_files("source-sans-3", "400-normal", "400-italic", "600-normal", "700-normal"),
    ),
    Package(
        name="@fontsource/source-serif-4",
        version="5.3.1",
        licence="OFL-1.1",
        integrity="sha512-cWcTCXjYYrgF9A67fThVir1VSc0lPEYmwQ6jA4pPt01s2MSCi/maINUcZoCzaqnU8fyUReDO97eGcBUkHgOeug==",
        files=font_files("source-serif-4", "400-normal", "400-italic", "600-normal"),
    ),
    Package(
        name="zxing-wasm",
        version="3.1.4",
        licence="MIT",
        integrity="sha512-1+v8p7sauddySVNG+ye7GD/0TS95BG2ycdkrC+EnBrFBFkHeIghzUt2yVjtx3NucJeNrQnhT8yGAIz60Vx9o0w==",
        files=("dist/iife/reader/index.js", "dist/reader/zxing_reader.wasm"),
    ),
)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def fetch(package: Package, into: pathlib.Path) -> dict[str, bytes]:
    """Return the wanted files by base name, after checking the recorded hash of the archive."""
    subprocess.run(
        ["npm", "pack", f"{package.name}@{package.version}", "--silent"],
        cwd=into,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (archive_path,) = into.glob("*.tgz")
    archive = archive_path.read_bytes()
    archive_path.unlink()
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != package.integrity:
        raise SystemExit(f"{package.name}: the archive is not the one recorded ({found}).")

    (into / "package.tgz").write_bytes(archive)
    contents = {}
    with tarfile.open(into / "package.tgz") as tar:
        for path in (*package.files, "LICENSE"):
            member = tar.extractfile(f"package/{path}")
            if member is None:
                raise SystemExit(f"{package.name} has no file {path}.")
            contents[pathlib.PurePosixPath(path).name] = member.read()
    (into / "package.tgz").unlink()
    return contents


def vendor_all() -> None:
    ledger = []
    for old in VENDOR.glob("*-*/"):
        shutil.rmtree(old)
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as scratch:
            contents = fetch(package, pathlib.Path(scratch))
        folder = VENDOR / package.folder
        folder.mkdir(parents=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        ledger.append(
            {
                "name": package.name,
                "version": package.version,
                "licence": package.licence,
                "folder": package.folder,
                "integrity": package.integrity,
                "sha256": {name: sha256(content) for name, content in sorted(contents.items())},
            }
        )
        print(f"{package.folder}: {len(contents)} files")
    LEDGER.write_text(json.dumps(ledger, indent=2) + "\n", encoding="utf-8")


def problems() -> list[str]:
    """Say in words where the folder differs from vendor.json."""
    found = []
    recorded = set()
    for entry in json.loads(LEDGER.read_text(encoding="utf-8")):
        for name, digest in entry["sha256"].items():
            path = VENDOR / entry["folder"] / name
            recorded.add(path)
            if not path.is_file():
                found.append(f"missing: {path.relative_to(VENDOR)}")
            elif sha256(path.read_bytes()) != digest:
                found.append(f"changed: {path.relative_to(VENDOR)}")
    here = {path for path in VENDOR.rglob("*") if path.is_file()} - {LEDGER}
    found += [f"not recorded: {path.relative_to(VENDOR)}" for path in sorted(here - recorded)]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        found = problems()
        print("\n".join(found) or "The vendored files are the recorded ones.")
        sys.exit(bool(found))
    vendor_all()


if __name__ == "__main__":
    main()
