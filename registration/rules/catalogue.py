"""What may stand in a catalogue: sentences for what the database refuses, and loops it cannot see."""

from collections.abc import Callable
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conference.kernel.errors import DomainError, InputRefused


class CatalogueRefused(InputRefused):
    """What was typed cannot be sold like this."""

    code: ClassVar[str] = "catalogue"


class InUse(DomainError):
    """It was sold or is used elsewhere, and cannot go."""

    code: ClassVar[str] = "in_use"


class ChangedMeanwhile(DomainError):
    """Somebody else changed it since the page was opened."""

    code: ClassVar[str] = "changed_meanwhile"


# The named constraint, and the field and the words by which a person mends it.
SENTENCES: dict[str, tuple[str, str | Promise]] = {
    "ticket_type_slug_unique_in_event": ("slug", _("Another ticket type has this short name.")),
    "ticket_type_never_oversold": ("places", _("More places than that are taken already.")),
    "ticket_type_numbers_per_order_make_sense": (
        "max_per_order",
        _("The most in one order is at least the least, and that is at least one."),
    ),
    "ticket_type_price_not_negative": ("price", _("A price is never below zero.")),
    "ticket_type_currency_of_3_letters": ("currency", _("A currency has three capital letters.")),
    "ticket_type_badge_colour_from_1_to_12": ("badge_colour", _("Colours go from 1 to 12.")),
    "ticket_type_sale_ends_after_it_starts": (
        "sale_ends_at",
        _("The sale ends after it starts."),
    ),
    "variation_slug_unique_in_ticket_type": (
        "slug",
        _("Another variation of this ticket has this short name."),
    ),
    "variation_never_oversold": ("places", _("More places than that are taken already.")),
    "workshop_slug_unique_in_event": ("slug", _("Another workshop has this short name.")),
    "workshop_never_oversold": ("seats", _("More seats than that are taken already.")),
    "workshop_price_not_negative": ("price", _("A price is never below zero.")),
    "workshop_currency_of_3_letters": ("currency", _("A currency has three capital letters.")),
    "registration_workshop_session_id_key": (
        "session",
        _("This session is another workshop's already."),
    ),
    "quota_name_unique_in_event": ("name", _("Another shared quota has this name.")),
    "quota_never_oversold": ("size", _("More places than that are taken already.")),
    "price_phase_slug_unique": ("slug", _("Another phase has this short name.")),
    "price_phase_ends_after_it_starts": ("ends_at", _("A phase ends after it starts.")),
    "price_phases_never_overlap": (
        "starts_at",
        _("Another phase holds in part of this time: two never hold at once."),
    ),
    "society_name_unique_in_event": ("name", _("Another society has this name.")),
    "group_discount_unique_in_event": (
        "min_people",
        _("There is a discount for this number of people already."),
    ),
    "group_discount_makes_sense": (
        "percent",
        _("A group has at least two people, and its discount is 1 to 100 percent."),
    ),
    "price_currency_of_3_letters": ("currency", _("A currency has three capital letters.")),
    "voucher_code_unique_in_event": ("code", _("Another voucher has this code.")),
    "voucher_code_is_plain": (
        "code",
        _("A code has 4 to 40 capital letters, digits and hyphens."),
    ),
    "voucher_never_overused": ("max_uses", _("It was used more often already.")),
    "voucher_never_over_budget": ("budget", _("More than that is spent already.")),
    "voucher_keeps_no_more_than_can_be_used": (
        "max_uses",
        _("More places are kept for it than it could still be used for."),
    ),
    "voucher_effect_has_its_value": (
        "effect",
        _("Please give the percent, or the amount with its currency, that belongs to the effect."),
    ),
    "policy_closes_after_it_opens": ("closes_at", _("Registration closes after it opens.")),
    "policy_holds_are_positive": ("hold_minutes", _("A place is held for one minute at least.")),
    "policy_offers_last_an_hour": ("offer_hours", _("An offer stands for one hour at least.")),
    "policy_group_seats_return_before_names_are_fixed": (
        "group_names_days",
        _("Seats of groups go back on sale before the last day for changing names."),
    ),
    "question_slug_unique_in_event": ("slug", _("Another question has this short name.")),
    "question_condition_is_whole": (
        "shown_if_answer",
        _("A condition names a question and the answer it needs."),
    ),
    "question_of_choices_has_choices": ("options", _("Please give the choices.")),
}


def leads_back(start: int, follow: Callable[[int], int | None]) -> bool:
    """Whether following from one to the next ever comes back to where it started."""
    seen = {start}
    here = follow(start)
    while here is not None:
        if here in seen:
            return True
        seen.add(here)
        here = follow(here)
    return False
