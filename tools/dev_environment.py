"""The virtual environment: made once from the lock, then only entered."""

from __future__ import annotations

import os
import pathlib
import sys

from tools.dev_paths import VENV, VENV_PYTHON


def continue_inside() -> None:
    """Replace this process by the same program under the project's own Python."""
    if VENV_PYTHON.exists() and not pathlib.Path(sys.prefix).samefile(VENV):
        os.execv(str(VENV_PYTHON), [str(VENV_PYTHON), *sys.argv])
