"""What the operating system must bring, and how we ask for it."""

from __future__ import annotations

import ctypes.util
import os
import pathlib
import shutil
import subprocess
import sys
from importlib.util import find_spec

# library as the loader names it -> Debian's package
PDF_LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}


def is_debian_like() -> bool:
    try:
        release = pathlib.Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return False
    families = [line for line in release.splitlines() if line.startswith(("ID=", "ID_LIKE="))]
    return any(name in line for line in families for name in ("debian", "ubuntu"))


def may_install_packages() -> bool:
    return os.geteuid() == 0 and is_debian_like() and shutil.which("apt-get") is not None


def install_packages(packages: list[str], purpose: str) -> bool:
    """Install Debian packages if this machine lets us; False when it did not."""
    if not may_install_packages():
        return False
    print(f"Installing {' '.join(packages)} ({purpose}) …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(
            command,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if done.returncode:
            print(done.stdout.decode(errors="replace"), file=sys.stderr)
            return False
    return True


def missing_pdf_packages() -> list[str]:
    return [
        package
        for library, package in PDF_LIBRARIES.items()
        if ctypes.util.find_library(library) is None
    ]


def provide_pdf_libraries() -> str:
    """Install what WeasyPrint needs, and return a sentence about what is still missing, or ''."""
    missing = missing_pdf_packages()
    if missing:
        install_packages(missing, "badges and certificates are drawn with them")
        missing = missing_pdf_packages()
    if not missing:
        return ""
    consequence = (
        "PDF files will be large and slow"
        if missing == ["libharfbuzz-subset0"]
        else "badges and certificates cannot be made"
    )
    return (
        f"{consequence[0].upper()}{consequence[1:]} until the libraries are there: "
        f"sudo apt-get install {' '.join(missing)}"
    )


def provide_ensurepip() -> None:
    """
    Make sure that `venv` can work: Debian keeps a part of it in a package of its own.

    :raises SystemExit: with the sentence that says what to install.
    """
    if find_spec("ensurepip") is not None:
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if install_packages([package], "virtual environments need it") and (
        subprocess.run([sys.executable, "-c", "import ensurepip"], check=False).returncode == 0
    ):
        return
    raise SystemExit(
        f"This Python ({sys.executable}) cannot make virtual environments. "
        f"On Debian and Ubuntu: sudo apt-get install {package}"
    )


def chromium() -> str:
    """Return the browser that the browser tests drive, or ''."""
    named = os.environ.get("CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    return next((path for name in names if (path := shutil.which(name))), "")
