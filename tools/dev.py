"""
The one program behind `make`: it needs Python alone and brings everything else.

    python3 tools/dev.py help
"""
# This file is also read by Pythons that are too old for the rest: it finds a newer one.

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14")

sys.path.insert(0, str(ROOT))


def continue_with_newer_python() -> None:
    if sys.version_info >= OLDEST_PYTHON:
        return
    for name in NEWER_PYTHONS:
        path = shutil.which(name)
        # Asked first, for a version manager's stand-in may only complain.
        if path and subprocess.call([path, "-c", "pass"]) == 0:
            os.execv(path, [path, *sys.argv])
    sys.exit("Python 3.11 or newer is needed (on Debian and Ubuntu: apt-get install python3).")


def demo(_arguments: list[str]) -> int:
    """Start the demo congress, or go on with it; Ctrl-C stops it."""
    from tools.dev_demo import demo as start_demo

    return start_demo()


def demo_reset(_arguments: list[str]) -> int:
    """Forget the demo's data and start it anew."""
    from tools.dev_demo import reset

    return reset()


def test(arguments: list[str]) -> int:
    """Check and test everything; the arguments go to pytest."""
    from tools.dev_checks import check_everything

    return check_everything(arguments)


def lint(_arguments: list[str]) -> int:
    """Check everything that needs no running server."""
    from tools.dev_checks import check_sources

    return check_sources()


def bench(arguments: list[str]) -> int:
    """Measure, on durable servers of its own: bench [what]."""
    from tools.dev_bench import bench as measure

    return measure(arguments)


def messages(_arguments: list[str]) -> int:
    """Bring the catalogues to what the sources say, and list what needs a translator."""
    from tools.messages import main as run_messages

    run_messages(["update"])
    return run_messages(["check"])


def sizes(_arguments: list[str]) -> int:
    """Print the ten longest files."""
    from tools.sizes import main as print_sizes

    return print_sizes()


def run(arguments: list[str]) -> int:
    """Run a command beside throw-away servers: run -- pytest -x."""
    from tools.dev_run import run as run_command

    return run_command(arguments[1:] if arguments[:1] == ["--"] else arguments)


def show_help(_arguments: list[str]) -> int:
    """Print these lines."""
    for name, verb in VERBS.items():
        print(f"  {name:<11} {(verb.__doc__ or '').strip()}")
    return 0


VERBS = {
    "demo": demo,
    "demo-reset": demo_reset,
    "test": test,
    "lint": lint,
    "bench": bench,
    "messages": messages,
    "sizes": sizes,
    "run": run,
    "help": show_help,
}
NEED_NO_ENVIRONMENT = {"help", "sizes"}
NEED_ONLY_RUN_TIME = {"demo", "demo-reset"}


def main() -> int:
    continue_with_newer_python()
    verb, *arguments = sys.argv[1:] or ["help"]
    if verb not in VERBS:
        sys.stderr.write(f"There is no {verb!r}. There are:\n")
        show_help([])
        return 2
    if verb not in NEED_NO_ENVIRONMENT:
        from tools.dev_environment import (
            DEVELOPMENT,
            RUN_TIME,
            continue_inside,
            note_start,
            provide_environment,
        )

        note_start()
        provide_environment(RUN_TIME if verb in NEED_ONLY_RUN_TIME else DEVELOPMENT)
        continue_inside()
    return VERBS[verb](arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PermissionError as error:
        sys.exit(f"{error.filename} belongs to somebody else: run this as its owner, or remove it.")
    except KeyboardInterrupt:
        sys.exit(130)
