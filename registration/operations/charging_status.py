"""The full price of who did not prove her status, and its return: always a line of the ledger."""

import datetime as dt

from conference.models import User
from conference.operations.history import record
from registration.models import LedgerEntry, Order, Registration, StatusProof
from registration.models.status_proof import FrozenPrice
from registration.queries.orders import charged_minor
from registration.states import LedgerKind, LedgerReason, PaymentMethod, ProofAction


def charge_difference(order: Order, proof: StatusProof, *, at: dt.datetime) -> None:
    """The place costs the full price from now on. Order, registration and proof are locked."""
    _set_price(proof, proof.without_status)
    _enter(
        order, proof, LedgerKind.CHARGE, LedgerReason.STATUS_NOT_PROVED,
        proof.difference.amount_minor, at=at,
    )  # fmt: skip
    proof.charged_at = at
    _follow(order)


def give_difference_back(
    order: Order, proof: StatusProof, *, actor: User | None, at: dt.datetime
) -> None:
    """She proved it after all. What she paid too much the desk sends back."""
    _set_price(proof, proof.with_status)
    _enter(
        order, proof, LedgerKind.WAIVER, LedgerReason.STATUS_PROVED,
        -proof.difference.amount_minor, at=at,
    )  # fmt: skip
    proof.charged_at = None
    _follow(order)
    record(
        ProofAction.GIVEN_BACK, event=order.event, subject=proof, actor=actor, at=at,
        data={
            "registration": proof.registration_id,
            "difference_minor": proof.difference.amount_minor,
        },
    )  # fmt: skip


def withdraw_difference(order: Order, registration: Registration, *, at: dt.datetime) -> None:
    """
    Her seat is her group's again at its price: the full price was for her alone. Order and
    registration are locked.
    """
    proof = (
        StatusProof.objects.select_for_update(of=("self",))
        .filter(registration=registration, charged_at__isnull=False)
        .first()
    )
    if proof is None:
        return
    proof.registration = registration
    _enter(
        order, proof, LedgerKind.WAIVER, LedgerReason.CANCELLATION,
        -proof.difference.amount_minor, at=at,
    )  # fmt: skip
    _follow(order)


def _set_price(proof: StatusProof, price: FrozenPrice) -> None:
    registration = proof.registration
    registration.price_minor = price["price_minor"]
    registration.list_price_minor = price["list_price_minor"]
    registration.price_reason = price["price_reason"]
    registration.save(update_fields=("price_minor", "list_price_minor", "price_reason"))


def _enter(
    order: Order,
    proof: StatusProof,
    kind: LedgerKind,
    reason: LedgerReason,
    amount_minor: int,
    *,
    at: dt.datetime,
) -> None:
    LedgerEntry.objects.create(
        order=order, kind=kind, reason=reason, amount_minor=amount_minor, currency=order.currency,
        registration=proof.registration, entered_at=at,
    )  # fmt: skip


def _follow(order: Order) -> None:
    """The order's total is what the ledger charged; one that was free is paid by transfer now."""
    total = charged_minor(order)
    method = PaymentMethod(order.payment_method)
    if total > 0 and method == PaymentMethod.FREE:
        method = PaymentMethod.BANK_TRANSFER
    elif total <= 0:
        total, method = 0, PaymentMethod.FREE
    order.total_minor, order.payment_method = total, method
    order.save(update_fields=("total_minor", "payment_method"))
