"""
Orders, the places in them, and the seats of workshops.

An order (the purchase):

    pending --confirm (paid or free)--> confirmed --cancel--> cancelled
       |---cancel-----------------------------------------------^
       |---expire--> expired --late money, seat free--> confirmed
       |                `----late money, no seat------> paid_without_seat --seat found--> confirmed
       `                                                        `----------refund-------> cancelled

A registration (one person's place) follows its order:

    pending --> confirmed --> cancelled
       |---> expired --> confirmed (late money)     |
       `---> cancelled <----------------------------'

A whole order that was cancelled by mistake may be restored for thirty days, with its places, to
what it was: pending or confirmed.

Who is added to a confirmed order is pending in it until her own money comes (confirmed) or her time
is over (expired); whoever was confirmed is not touched.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrderState(TextChoices):
    PENDING = "pending", _("Waiting for payment")
    CONFIRMED = "confirmed", pgettext_lazy("order", "Confirmed")
    CANCELLED = "cancelled", pgettext_lazy("order", "Cancelled")
    EXPIRED = "expired", pgettext_lazy("order", "Expired")
    PAID_WITHOUT_SEAT = "paid_without_seat", _("Paid, but no place left")


ORDER_TRANSITIONS = {
    OrderState.PENDING: frozenset({OrderState.CONFIRMED, OrderState.CANCELLED, OrderState.EXPIRED}),
    OrderState.CONFIRMED: frozenset({OrderState.CANCELLED}),
    OrderState.CANCELLED: frozenset[OrderState](),
    OrderState.EXPIRED: frozenset({OrderState.CONFIRMED, OrderState.PAID_WITHOUT_SEAT}),
    OrderState.PAID_WITHOUT_SEAT: frozenset({OrderState.CONFIRMED, OrderState.CANCELLED}),
}
# Only `restoring` goes this way, with the places: no other operation may wake what is cancelled.
ORDER_RESTORES = {
    OrderState.CANCELLED: frozenset({OrderState.CONFIRMED, OrderState.PENDING}),
}
ORDER_HOLDS_SEATS = frozenset({OrderState.PENDING, OrderState.CONFIRMED})


class RegistrationState(TextChoices):
    PENDING = "pending", _("Waiting for payment")
    CONFIRMED = "confirmed", _("Confirmed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


REGISTRATION_TRANSITIONS = {
    RegistrationState.PENDING: frozenset(
        {RegistrationState.CONFIRMED, RegistrationState.CANCELLED, RegistrationState.EXPIRED}
    ),
    RegistrationState.CONFIRMED: frozenset({RegistrationState.CANCELLED}),
    RegistrationState.CANCELLED: frozenset[RegistrationState](),
    RegistrationState.EXPIRED: frozenset({RegistrationState.CONFIRMED}),
}


REGISTRATION_RESTORES = {
    RegistrationState.CANCELLED: frozenset(
        {RegistrationState.CONFIRMED, RegistrationState.PENDING}
    ),
}
PLACE_IS_HELD = frozenset({RegistrationState.PENDING, RegistrationState.CONFIRMED})


class BookingState(TextChoices):
    """A workshop booking holds its seat while active; releasing it gives the seat back, once."""

    ACTIVE = "active", _("Booked")
    RELEASED = "released", _("Released")
