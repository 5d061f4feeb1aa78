import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from conference.kernel.errors import DomainError
from conference.models import Event
from conference.operations.duplicating import duplicate_event, what_would_be_copied
from conference.states import EventPart


class Command(BaseCommand):
    help = (
        "Make next year's event out of one: its settings, nobody's personal data, not yet public."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="the short name of the event to copy")
        parser.add_argument("--slug", required=True, help="the short name of the new event")
        parser.add_argument(
            "--first-day", required=True, type=dt.date.fromisoformat, help="YYYY-MM-DD"
        )
        parser.add_argument(
            "--with", nargs="*", dest="parts", choices=EventPart.values,
            default=[EventPart.TEAM.value, EventPart.SESSIONS.value, EventPart.CREDITS.value],
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="only say what would be copied")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        source = Event.objects.filter(slug=options["source"]).first()
        if source is None:
            raise CommandError(f"There is no event “{options['source']}”.")
        for line in what_would_be_copied(source, parts=options["parts"]):
            self.stdout.write(f"{line.number:6} {line.words}")
        if options["dry_run"]:
            return
        try:
            copy = duplicate_event(
                source.pk,
                slug=options["slug"],
                first_day=options["first_day"],
                parts=options["parts"],
                actor=None,
                at=timezone.now(),
            )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{copy.slug}: {copy.first_day} to {copy.last_day}, not published.")
