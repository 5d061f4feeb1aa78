"""What an installation needs to take money, as sentences with a hint."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register


@register(Tags.security)
def the_simulator_is_only_for_play(**_given: Any) -> list[CheckMessage]:
    if not settings.PAYMENTS_SIMULATOR or settings.DEMO or settings.DEBUG or settings.TESTING:
        return []
    return [
        checks.Error(
            "PAYMENTS_SIMULATOR is set, and this is no demo: orders could be paid with nothing.",
            hint="Take PAYMENTS_SIMULATOR out of the environment.",
            id="registration.E001",
        )
    ]


@register(Tags.security, deploy=True)
def providers_keys_have_a_secret_of_their_own(**_given: Any) -> list[CheckMessage]:
    if settings.SEALED_TEXT_SECRETS[0] != settings.SECRET_KEY:
        return []
    return [
        checks.Error(
            "The keys of payment providers are encrypted with SECRET_KEY.",
            hint="Set SEALED_TEXT_SECRETS to a long random word of its own: changing SECRET_KEY "
            "would make them unreadable.",
            id="registration.E002",
        )
    ]
