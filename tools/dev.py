"""
The one program behind `make`: it needs Python alone and brings everything else.

    python3 tools/dev.py help
"""

from __future__ import annotations

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))


def run(arguments: list[str]) -> int:
    """Run a command with a throw-away PostgreSQL and Valkey: run -- pytest -x."""
    from tools.dev_run import run as run_command

    return run_command(arguments[1:] if arguments[:1] == ["--"] else arguments)


VERBS = {"run": run}


def main() -> int:
    from tools.dev_environment import continue_inside

    continue_inside()
    verb, *arguments = sys.argv[1:] or ["help"]
    return VERBS[verb](arguments)


if __name__ == "__main__":
    sys.exit(main())
