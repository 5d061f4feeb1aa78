from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from certificates.management.invariants import INVARIANTS, files_that_differ


class Command(BaseCommand):
    help = "Check what must always hold and print each violation. Exit code 1 if there is one."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        violations = 0
        for sentence, query in INVARIANTS.items():
            with connection.cursor() as cursor:
                cursor.execute(query)
                rows = cursor.fetchall()
            violations += len(rows)
            self._print(sentence, [", ".join(map(str, row)) for row in rows])
        differing = files_that_differ()
        violations += len(differing)
        self._print("Every stored file is on disk and is what it was", differing)
        if violations:
            raise CommandError(f"{violations} violations.")
        self.stdout.write(f"{len(INVARIANTS) + 1} invariants hold.")

    def _print(self, sentence: str, rows: list[str]) -> None:
        self.stdout.write(f"{'ok  ' if not rows else 'FAIL'} {sentence}")
        for row in rows[:20]:
            self.stdout.write(f"     {row}")
        if len(rows) > 20:
            self.stdout.write(f"     … and {len(rows) - 20} more")
