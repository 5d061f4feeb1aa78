"""Doors, what they answer, and what attendance rests on."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ScanPointKind(TextChoices):
    ENTRANCE = "entrance", _("Entrance")
    SESSION = "session", _("Session door")


class ScanDirection(TextChoices):
    IN = "in", _("In")
    OUT = "out", _("Out")


class ScanMethod(TextChoices):
    CAMERA = "camera", _("Camera")
    TYPED = "typed", _("Typed code")
    IMPORT = "import", _("Import")


class ScanResult(TextChoices):
    """What the door answers; the word on the screen."""

    OK = "ok", _("Welcome")
    ALREADY_IN = "already_in", _("Already in")
    OUT = "out", _("Goodbye")
    NOT_IN = "not_in", _("Was not in")
    UNKNOWN = "unknown", _("Unknown code")
    UNPAID = "unpaid", _("Not paid")
    CANCELLED = "cancelled", _("Cancelled")
    REPLACED = "replaced", _("Badge was replaced")
    NOT_ENROLLED = "not_enrolled", _("Not enrolled")


class AttendanceBasis(TextChoices):
    SCAN_PAIR = "scan_pair", _("Scanned in and out")
    INFERRED_END = "inferred_end", _("No exit scan: end of session")
    INFERRED_START = "inferred_start", _("No entry scan: start of session")
