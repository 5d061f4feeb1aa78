"""Reactions to what the apps below announce."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from certificates.models import Certificate
from certificates.operations.duplicating import TABLES, copy_activity
from conference.kernel.errors import NotPermitted
from conference.models import Event
from conference.operations.copying import CopiedLine, Duplication, Parts, lines_of
from conference.signals import duplication_asked, event_duplicated
from registration.models import Registration
from registration.signals import details_correcting


@receiver(details_correcting)
def keep_the_name_of_a_certificate(
    registration: Registration, changed: list[str], **_details: Any
) -> None:
    """Whoever has a certificate asks the organisers: it must be issued anew with the new name."""
    if "certificate_name" not in changed:
        return
    if Certificate.objects.valid().filter(registration=registration).exists():
        raise NotPermitted(
            _("Your certificate carries this name. Please ask the organisers to correct both."),
            field="certificate_name",
        )


@receiver(event_duplicated)
def duplicate_activity(duplication: Duplication, **_details: Any) -> None:
    copy_activity(duplication)


@receiver(duplication_asked)
def tell_what_is_copied(event: Event, parts: Parts, **_details: Any) -> list[CopiedLine]:
    return lines_of(TABLES, event, parts)
