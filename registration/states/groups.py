"""Groups: seats bought together, whose people are named later."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class GroupSeatState(TextChoices):
    """
    A seat of a group.

        free --invite--> invited --name--> named
          |  <--withdraw---'                 |  <--name, remove--> free
          `----return----> returned <--------'--cancelled by the organisers
                              `--paid late, places found--> as it was
    """

    FREE = "free", pgettext_lazy("seat", "Free")
    INVITED = "invited", pgettext_lazy("seat", "Invited")
    NAMED = "named", pgettext_lazy("seat", "Named")
    RETURNED = "returned", pgettext_lazy("seat", "Returned")


class NamedBy(TextChoices):
    """How a seat of a group got its person."""

    OWNER = "owner", _("The owner of the group")
    LIST = "list", _("A list of the owner")
    INVITATION = "invitation", _("Herself, invited")
    LINK = "link", _("Herself, by the group's link")
    DESK = "desk", _("The organisers")


class ImportOutcome(TextChoices):
    """What becomes of a row of a list that is brought in."""

    ADDED = "added", pgettext_lazy("row", "Added")
    CHANGED = "changed", pgettext_lazy("row", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("row", "Unchanged")
    REFUSED = "refused", pgettext_lazy("row", "Refused")


class GroupAction(TextChoices):
    """What history says about groups."""

    BOUGHT = "group.bought", _("Group bought")
    SPONSORED = "group.sponsored", _("Seats given to a group")
    NAMED = "group.named", _("Person of a group named")
    CHANGED = "group.changed", _("Person of a group corrected")
    FREED = "group.freed", _("Seat of a group freed")
    INVITED = "group.invited", _("Invited to a seat of a group")
    INVITATION_WITHDRAWN = "group.invitation_withdrawn", _("Invitation to a group withdrawn")
    LINK_OPENED = "group.link_opened", _("Link of a group opened")
    LINK_CLOSED = "group.link_closed", _("Link of a group closed")
    LIST_IMPORTED = "group.list_imported", _("List of a group brought in")
    SHOWING = "group.showing", _("What a group's owner sees was changed")
    DATES_CHANGED = "group.dates_changed", _("Dates of a group changed")
    RETURNED = "group.returned", _("Seats of a group returned")
