"""What an installation needs to make certificates, as sentences with a hint."""

import ctypes.util
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register


@register(Tags.files)
def the_seal_is_there(**_given: Any) -> list[CheckMessage]:
    missing = [
        f"{name} ({path})"
        for name in ("SEAL_KEY_FILE", "SEAL_CERT_FILE")
        if not Path(path := getattr(settings, name)).is_file()
    ]
    if not missing or settings.TESTING:
        return []
    return [
        checks.Warning(
            f"Certificates cannot be sealed: {' and '.join(missing)} missing.",
            hint="Run `manage.py make_demo_seal`, or point both at the key and certificate of "
            "the issuer.",
            id="certificates.W001",
        )
    ]


@register(Tags.security, deploy=True)
def the_seal_is_no_demo(**_given: Any) -> list[CheckMessage]:
    if settings.DEMO or Path(settings.SEAL_KEY_FILE).name != "demo-key.pem":
        return []
    return [
        checks.Error(
            "Real certificates would be sealed with the demo's key.",
            hint="Set SEAL_KEY_FILE and SEAL_CERT_FILE to those of the issuer.",
            id="certificates.E001",
        )
    ]


@register(Tags.compatibility)
def fonts_are_subset_quickly(**_given: Any) -> list[CheckMessage]:
    if ctypes.util.find_library("harfbuzz-subset") or settings.TESTING:
        return []
    return [
        checks.Warning(
            "The library harfbuzz-subset is missing: each PDF takes four times as long.",
            hint="On Debian and Ubuntu: apt-get install libharfbuzz-subset0",
            id="certificates.W002",
        )
    ]
