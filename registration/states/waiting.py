"""
The lines before what is sold out.

An entry of a waiting list:

    waiting --offer--> offered --accept--> accepted
       |                  |------decline--> declined --wait again, at the end--> waiting
       `--leave--> left   `------lapse----> lapsed ----wait again, at the end--> waiting
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WaitingState(TextChoices):
    """Where somebody stands on a waiting list; only an offer holds places."""

    WAITING = "waiting", _("Waiting")
    OFFERED = "offered", _("Offered a place")
    ACCEPTED = "accepted", _("Took the place")
    DECLINED = "declined", _("Did not want the place")
    LAPSED = "lapsed", _("Let the offer lapse")
    LEFT = "left", _("Left the list")


WAITING_TRANSITIONS = {
    WaitingState.WAITING: frozenset({WaitingState.OFFERED, WaitingState.LEFT}),
    WaitingState.OFFERED: frozenset(
        {WaitingState.ACCEPTED, WaitingState.DECLINED, WaitingState.LAPSED}
    ),
    WaitingState.ACCEPTED: frozenset[WaitingState](),
    WaitingState.DECLINED: frozenset({WaitingState.WAITING}),
    WaitingState.LAPSED: frozenset({WaitingState.WAITING}),
    WaitingState.LEFT: frozenset[WaitingState](),
}


class WaitingAction(TextChoices):
    """What history says about waiting lists."""

    JOINED = "waiting.joined", _("Joined a waiting list")
    AGAIN = "waiting.again", _("Joined the end of the waiting list again")
    FEWER = "waiting.fewer", _("Waits with fewer people")
    LEFT = "waiting.left", _("Left the waiting list")
    FORGOTTEN = "waiting.forgotten", _("Name on a waiting list deleted after its time")
    OFFERED = "waiting.offered", _("Place offered from the waiting list")
    OFFERED_OUT_OF_TURN = "waiting.offered_out_of_turn", _("Place offered out of turn")
    ACCEPTED = "waiting.accepted", _("Offered place taken")
    DECLINED = "waiting.declined", _("Offered place not wanted")
    LAPSED = "waiting.lapsed", _("Offer lapsed")
