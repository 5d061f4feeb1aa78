from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from certificates.management.seeding.edition import ADMIN, CONGRESS_SLUG, DOOR, ORGANISER
from registration.models import Registration


class Command(BaseCommand):
    help = "Print who can log in to the demo, and the address of an attendee who sat in sessions."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        say = self.stdout.write
        say("Log in with an e-mail; its code arrives at the demo's mailbox:")
        say(f"  {settings.SITE_URL}/mail/")
        say(f"  organiser       {ORGANISER}    {settings.SITE_URL}/desk/{CONGRESS_SLUG}/")
        say(f"  door volunteer  {DOOR}          {settings.SITE_URL}/door/{CONGRESS_SLUG}/")
        say(f"  back office     {ADMIN}           {settings.SITE_URL}/admin/")
        attendee = (
            Registration.objects.confirmed()
            .filter(event__slug=CONGRESS_SLUG, attendance_intervals__isnull=False)
            .filter(profession="physician")
            .order_by("pk")
            .first()
        )
        if attendee:
            say(f"  an attendee     {attendee.badge_name}: {settings.SITE_URL}/r/{attendee.token}/")
