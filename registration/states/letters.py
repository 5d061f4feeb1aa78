"""Letters for a visa."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LetterState(TextChoices):
    """
    A letter for a visa.

        requested --approve--> approved --withdraw--> withdrawn
           |------reject-----> rejected                  ^
           `------withdraw-------------------------------'
    """

    REQUESTED = "requested", pgettext_lazy("letter", "Waiting for review")
    APPROVED = "approved", pgettext_lazy("letter", "Valid")
    REJECTED = "rejected", pgettext_lazy("letter", "Rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("letter", "Withdrawn")


LETTER_TRANSITIONS = {
    LetterState.REQUESTED: frozenset(
        {LetterState.APPROVED, LetterState.REJECTED, LetterState.WITHDRAWN}
    ),
    LetterState.APPROVED: frozenset({LetterState.WITHDRAWN}),
    LetterState.REJECTED: frozenset[LetterState](),
    LetterState.WITHDRAWN: frozenset[LetterState](),
}


class WithdrawalCause(TextChoices):
    REGISTRATION_ENDED = "registration_ended", _("The registration has ended")
    GIVEN_AWAY = "given_away", _("The place was given to somebody else")
    BY_HERSELF = "by_herself", _("Withdrawn by the person")
    BY_ORGANISER = "by_organiser", _("Withdrawn by the organisers")
    EVENT_OVER = "event_over", _("The event is over")


class LetterRisk(TextChoices):
    """What makes a reviewer look twice. None of them refuses by itself."""

    SAME_PASSPORT = "same_passport", _("The same passport asked for another letter")
    OTHER_NAME = "other_name", _("The passport's name shares no word with the registration's")
    FREE_TICKET = "free_ticket", _("The ticket cost nothing")
    LONG_STAY = "long_stay", _("The stay is much longer than the event")
    LATE_REGISTRATION = "late_registration", _("Registered less than a day before asking")
    MANY_LETTERS = "many_letters", _("Several letters were asked for with this e-mail's order")


class LetterAction(TextChoices):
    """What history says about letters for a visa."""

    REQUESTED = "letter.requested", _("Letter for a visa requested")
    APPROVED = "letter.approved", _("Letter for a visa approved")
    REJECTED = "letter.rejected", _("Letter for a visa rejected")
    WITHDRAWN = "letter.withdrawn", _("Letter for a visa withdrawn")
    RENDERED = "letter.rendered", _("File of a letter made")
    PURGED = "letter.purged", _("Passport of a letter deleted")
