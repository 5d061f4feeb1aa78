"""Where things are. Nothing here starts, writes or decides."""

from __future__ import annotations

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"


def environment_for_tools() -> dict[str, str]:
    """Return our environment with the project's Python first, as an activated one would be."""
    search_path = os.environ.get("PATH", os.defpath)
    return {
        **os.environ,
        "PATH": f"{VENV / 'bin'}{os.pathsep}{search_path}",
        "VIRTUAL_ENV": str(VENV),
        "PYTHONPATH": os.pathsep.join(
            part for part in (str(ROOT), os.environ.get("PYTHONPATH", "")) if part
        ),
    }
