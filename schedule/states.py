"""
The states of the programme.

A programme:

    draft --publish--> published --unpublish--> draft

A session is confirmed or cancelled; a cancelled one stays visible as cancelled.

    confirmed --cancel--> cancelled --restore--> confirmed
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProgrammeState(TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


PROGRAMME_TRANSITIONS = {
    ProgrammeState.DRAFT: frozenset({ProgrammeState.PUBLISHED}),
    ProgrammeState.PUBLISHED: frozenset({ProgrammeState.DRAFT}),
}


class SessionState(TextChoices):
    CONFIRMED = "confirmed", _("Confirmed")
    CANCELLED = "cancelled", _("Cancelled")


SESSION_TRANSITIONS = {
    SessionState.CONFIRMED: frozenset({SessionState.CANCELLED}),
    SessionState.CANCELLED: frozenset({SessionState.CONFIRMED}),
}


class SessionKind(TextChoices):
    KEYNOTE = "keynote", _("Keynote")
    TALK = "talk", _("Talk")
    PANEL = "panel", _("Panel")
    WORKSHOP = "workshop", _("Workshop")
    POSTERS = "posters", _("Posters")
    CEREMONY = "ceremony", _("Ceremony")
    BREAK = "break", _("Break")
    PROMOTIONAL = "promotional", _("Promotional session")
    OTHER = "other", _("Other")


class SpeakerRole(TextChoices):
    SPEAKER = "speaker", _("Speaker")
    CHAIR = "chair", _("Chair")
    MODERATOR = "moderator", _("Moderator")
    PANELLIST = "panellist", _("Panellist")
    INSTRUCTOR = "instructor", _("Instructor")


class ProgrammeAction(TextChoices):
    """What history says about the programme."""

    IMPORTED = "programme.imported", _("Programme imported")
    PUBLISHED = "programme.published", _("Programme published")
    UNPUBLISHED = "programme.unpublished", _("Programme withdrawn")
    SESSION_CREATED = "session.created", _("Session created")
    SESSION_CHANGED = "session.changed", _("Session changed")
    SESSION_CANCELLED = "session.cancelled", _("Session cancelled")
    SESSION_RESTORED = "session.restored", _("Session restored")
