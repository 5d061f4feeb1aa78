"""`manage.py import_schedule FILE --event SLUG`: a programme in, with a report of every item."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from conference.kernel.errors import DomainError
from conference.models import Event, Venue
from conference.operations.opening import open_event
from conference.states import EventKind
from schedule.imports.programme import ImportedProgramme, ImportProblem
from schedule.imports.reading import read_schedule
from schedule.operations.import_report import ImportReport
from schedule.operations.importing import import_programme
from schedule.rules import days_of_programme


class Command(BaseCommand):
    help = "Bring a schedule.xml or schedule.json into an event. The same file twice is harmless."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--event", help="the event's short name in addresses")
        parser.add_argument(
            "--create", action="store_true", help="make the event from the file if there is none"
        )
        parser.add_argument("--time-zone", default="America/Argentina/Buenos_Aires",
                            help="for files that name none, when the event is made")  # fmt: skip

    def handle(self, *_arguments: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        event = Event.objects.filter(slug=options["event"] or "").first()
        try:
            programme = read_schedule(
                content,
                filename=path.name,
                default_time_zone=event.time_zone if event else options["time_zone"],
            )
            with transaction.atomic():
                event = event or self._create(programme, options)
                report = import_programme(event.pk, programme, actor=None, at=timezone.now())
        except DomainError as refusal:
            raise CommandError(f"{path.name}: {refusal} ({refusal.code})") from refusal
        self._print(event, report)

    def _create(self, programme: ImportedProgramme, options: dict[str, Any]) -> Event:
        slug = options["event"] or slugify(programme.title)[:60]
        if not options["create"]:
            raise CommandError(
                f"There is no event “{slug}”. Give --event, or --create to make it from the file."
            )
        days = days_of_programme(
            (session.starts_at for session in programme.sessions), programme.time_zone_name
        )
        if not slug or not days:
            raise CommandError("The file names no title and no day to make an event of.")
        venue, _created = Venue.objects.get_or_create(
            name="To be announced", defaults={"city": "Buenos Aires", "country": "AR"}
        )
        return open_event(
            venue=venue,
            kind=EventKind.CONGRESS,
            slug=slug,
            name=programme.title or slug,
            short_name=(programme.title or slug)[:40],
            time_zone=programme.time_zone_name,
            first_day=days[0],
            last_day=days[-1],
            organiser_name="To be announced",
            contact_email="congress@example.org",
            actor=None,
            at=timezone.now(),
        )

    def _print(self, event: Event, report: ImportReport) -> None:
        self.stdout.write(
            f"{event.slug}: {report.in_file} sessions in the file: {report.created} new, "
            f"{report.updated} changed, {report.unchanged} as before, "
            f"{len(report.refused)} refused."
        )
        self.stdout.write(
            f"New: {report.rooms_created} rooms, {report.tracks_created} tracks, "
            f"{report.speakers_created} speakers; {report.speakers_updated} speakers changed."
        )
        self._print_problems("Refused", report.refused)
        self._print_problems("Noticed", report.notices)
        for title in report.absent:
            self.stdout.write(f"Not in the file, and kept: {title}")

    def _print_problems(self, word: str, problems: tuple[ImportProblem, ...]) -> None:
        for problem in problems:
            self.stdout.write(f"{word}: {problem.item}: {problem.reason} ({problem.code})")
