"""Reactions to what the libraries and apps below announce."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from conference.models import Event, User
from conference.operations.copying import CopiedLine, Duplication, Parts, lines_of
from conference.signals import duplication_asked, event_duplicated
from registration.operations.correcting import link_registrations_to_user
from registration.operations.deriving_attendance import rederive_attendance_at
from registration.operations.duplicating import TABLES, copy_registration
from schedule.models import Session
from schedule.signals import session_cancelled, sessions_moved


@receiver(user_logged_in)
def link_registrations(user: User, **_details: Any) -> None:
    """Whoever proved that an address is hers finds the places bought with it."""
    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    link_registrations_to_user(user=user, verified_emails=list(verified), at=timezone.now())


@receiver(session_cancelled)
def rederive_after_cancelling(session: Session, **_details: Any) -> None:
    rederive_attendance_at([session.pk])


@receiver(sessions_moved)
def rederive_after_moving(session_ids: list[int], **_details: Any) -> None:
    rederive_attendance_at(session_ids)


@receiver(event_duplicated)
def duplicate_registration(duplication: Duplication, **_details: Any) -> None:
    copy_registration(duplication)


@receiver(duplication_asked)
def tell_what_is_copied(event: Event, parts: Parts, **_details: Any) -> list[CopiedLine]:
    return lines_of(TABLES, event, parts)
