"""
Money: how it comes, how far it came, and how it goes back.

An attempt to pay at a provider only climbs: created, pending, rejected, approved, refunded, charged
back. What the provider says late or in the wrong order changes nothing; what does not agree with
the order (amount, currency, live or test) goes to review, and from there only people lead out.

A refund:

    created --take up--> in transit --carry out--> done
       |                     `--------refuse-----> failed
       |--money handed over--> done
       `--cancel--> cancelled
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PaymentMethod(TextChoices):
    FREE = "free", _("Free of charge")
    BANK_TRANSFER = "bank_transfer", _("Bank transfer")
    CARD = "card", _("Card")
    MERCADO_PAGO = "mercado_pago", _("Mercado Pago")
    ON_SITE = "on_site", _("At the congress desk")


class Provider(TextChoices):
    """Who takes money for us on pages of its own. Card data never touches us."""

    STRIPE = "stripe", _("Stripe")
    MERCADO_PAGO = "mercado_pago", _("Mercado Pago")


METHOD_OF_PROVIDER = {
    Provider.STRIPE: PaymentMethod.CARD,
    Provider.MERCADO_PAGO: PaymentMethod.MERCADO_PAGO,
}
PROVIDER_OF_METHOD = {method: provider for provider, method in METHOD_OF_PROVIDER.items()}
# Where the provider counts in the same minor units as we do, and congresses of the Americas sell.
CURRENCIES_OF_PROVIDER = {
    Provider.STRIPE: (
        "USD", "ARS", "BRL", "CAD", "CLP", "CRC", "EUR", "GBP", "MXN", "PEN", "PYG", "UYU",
    ),
    Provider.MERCADO_PAGO: ("ARS", "BRL", "CLP", "MXN", "PEN", "UYU"),
}  # fmt: skip


class AttemptState(TextChoices):
    """How far an attempt to pay at a provider came."""

    CREATED = "created", _("Begun")
    PENDING = "pending", _("In process")
    REJECTED = "rejected", _("Not paid")
    APPROVED = "approved", _("Paid")
    REFUNDED = "refunded", _("Sent back")
    CHARGED_BACK = "charged_back", _("Taken back by the bank")
    REVIEW = "review", _("To be looked at")


_RANKED_ATTEMPTS = (
    AttemptState.CREATED,
    AttemptState.PENDING,
    AttemptState.REJECTED,
    AttemptState.APPROVED,
    AttemptState.REFUNDED,
    AttemptState.CHARGED_BACK,
)
ATTEMPT_RANK = {state: rank for rank, state in enumerate(_RANKED_ATTEMPTS)}
# Every arrow leads upwards, so the order in which news arrive does not matter.
ATTEMPT_TRANSITIONS = {
    state: frozenset({*_RANKED_ATTEMPTS[rank + 1 :], AttemptState.REVIEW})
    for rank, state in enumerate(_RANKED_ATTEMPTS)
} | {AttemptState.REVIEW: frozenset[AttemptState]()}
OPEN_ATTEMPTS = frozenset({AttemptState.CREATED, AttemptState.PENDING})


class RefundState(TextChoices):
    CREATED = "created", _("To be sent back")
    IN_TRANSIT = "in_transit", _("On its way")
    DONE = "done", _("Sent back")
    FAILED = "failed", _("Could not be sent back")
    CANCELLED = "cancelled", _("Called off")


REFUND_TRANSITIONS = {
    RefundState.CREATED: frozenset(
        {RefundState.IN_TRANSIT, RefundState.DONE, RefundState.CANCELLED}
    ),
    RefundState.IN_TRANSIT: frozenset({RefundState.DONE, RefundState.FAILED}),
    RefundState.DONE: frozenset[RefundState](),
    RefundState.FAILED: frozenset[RefundState](),
    RefundState.CANCELLED: frozenset[RefundState](),
}
REFUND_OPEN = frozenset({RefundState.CREATED, RefundState.IN_TRANSIT})


class RefundCause(TextChoices):
    """Who sent the money back."""

    ORGANISER = "organiser", _("Sent back by the organisers")
    AT_PROVIDER = "at_provider", _("Sent back on the provider's own pages")
    CHARGEBACK = "chargeback", _("Taken back by the bank")


class StatementLineState(TextChoices):
    OPEN = "open", _("To be decided")
    RECORDED = "recorded", _("Recorded as a payment")
    DISMISSED = "dismissed", _("Not for us")


class LedgerReason(TextChoices):
    """Why an order was charged or released: past figures can be explained line by line."""

    ORDER = "order", _("Order placed")
    CHANGE = "change", _("Changed")
    CANCELLATION = "cancellation", pgettext_lazy("line of the ledger", "Cancelled")
    FEE = "fee", _("Cancellation fee")
    EXPIRY = "expiry", _("Hold ran out")
    RESTORED = "restored", _("Cancellation taken back")
    REVIVAL = "revival", _("Paid late, place found")
    GOODWILL = "goodwill", _("Money back, place kept")
    STATUS_NOT_PROVED = "status_not_proved", _("Status not proved: full price")
    STATUS_PROVED = "status_proved", _("Status proved later: difference given back")


class LedgerKind(TextChoices):
    """
    What a line of the ledger says about what the person owes.

    Charge and refund raise it, payment and waiver lower it; amounts are signed.
    """

    CHARGE = "charge", _("Charge")
    WAIVER = "waiver", _("Charge withdrawn")
    PAYMENT = "payment", _("Payment")
    REFUND = "refund", _("Refund")
