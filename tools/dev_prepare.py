"""
Bring database, catalogues and seal to what this version needs, and say who can log in.

One process does it all, because starting Django is most of the work of a second start.
"""

from __future__ import annotations

import io
import os
import pathlib
import sys

import django
from django.core.management import call_command

from tools.messages import compile_catalogues


def prepare(people: int, logins_file: pathlib.Path) -> None:
    compile_catalogues()
    django.setup()
    call_command("make_demo_seal", stdout=io.StringIO())
    call_command("migrate", interactive=False, verbosity=0)
    from conference.models import Event

    if not Event.objects.exists():
        print(f"Inviting {people} people (DEMO_PEOPLE) …", flush=True)
        call_command("seed_demo", people=people)
    with logins_file.open("w", encoding="utf-8") as logins:
        call_command("demo_logins", stdout=logins)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conference.settings")
    prepare(int(sys.argv[1]), pathlib.Path(sys.argv[2]))
