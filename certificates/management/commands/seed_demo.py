import datetime as dt
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from certificates.management.seeding.edition import CONGRESS_SLUG, seed_edition
from conference.models import EmailMessage, Event
from conference.states import EmailState

STEPS = 7


class Command(BaseCommand):
    help = "Make a believable edition of the congress, the same for the same seed and day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=2500)
        parser.add_argument("--seed", type=int, default=2027)
        parser.add_argument("--day", type=dt.date.fromisoformat, help="the fourth day, YYYY-MM-DD")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        if Event.objects.filter(slug=CONGRESS_SLUG).exists():
            raise CommandError("The demo congress is here already. Start over: make demo-reset.")
        if not 1 <= options["people"] <= 20_000:
            raise CommandError("--people is from 1 to 20,000.")
        day = options["day"] or timezone.now().date()
        at = dt.datetime.combine(day, dt.time(15), dt.UTC)
        call_command("load_credit_data", verbosity=0)
        done = 0

        def progress(step: str) -> None:
            nonlocal done
            done += 1
            bar = "█" * (30 * done // STEPS)
            self.stderr.write(f"  {bar:<30} {step}")

        with transaction.atomic():
            event = seed_edition(
                people=options["people"], seed=options["seed"], at=at, progress=progress
            )
            # Letters of the invented days leave as soon as somebody sends letters.
            letters = EmailMessage.objects.filter(state=EmailState.QUEUED, attempts=0)
            letters.update(next_try_at=timezone.now())
        self.stdout.write(
            f"{event.slug}: {event.sessions.count()} sessions, "
            f"{event.registrations.count()} registrations, {event.scan_events.count()} scans."
        )
