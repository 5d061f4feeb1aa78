"""Reactions to what the libraries below announce."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from conference.models import User
from registration.operations.correcting import link_registrations_to_user


@receiver(user_logged_in)
def link_registrations(user: User, **_details: Any) -> None:
    """Whoever proved that an address is hers finds the places bought with it."""
    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    link_registrations_to_user(user=user, verified_emails=list(verified), at=timezone.now())
