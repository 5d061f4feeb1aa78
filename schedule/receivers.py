"""Reactions to what the core announces."""

from typing import Any

from django.dispatch import receiver

from conference.models import Event
from conference.operations.copying import CopiedLine, Duplication, Parts, lines_of
from conference.signals import duplication_asked, event_duplicated
from schedule.operations.duplicating import TABLES, copy_programme


@receiver(event_duplicated)
def duplicate_programme(duplication: Duplication, **_details: Any) -> None:
    copy_programme(duplication)


@receiver(duplication_asked)
def tell_what_is_copied(event: Event, parts: Parts, **_details: Any) -> list[CopiedLine]:
    return lines_of(TABLES, event, parts)
