"""What the simulated providers remember."""

from __future__ import annotations

import itertools
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

# Real currencies count in hundredths, but for these.
WHOLE = {"CLP", "PYG"}


def minor(amount: float, currency: str) -> int:
    return round(amount * (1 if currency in WHOLE else 100))


def major(amount_minor: int, currency: str) -> float:
    return amount_minor if currency in WHOLE else amount_minor / 100


@dataclass
class Payment:
    id: str
    status: str  # of Mercado Pago's words; Stripe's follow from them
    amount_minor: int
    currency: str
    is_live: bool = False
    refunded_minor: int = 0
    refunds: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Checkout:
    id: str
    provider: str
    key: str
    uid: str
    amount_minor: int
    currency: str
    title: str
    email: str
    return_url: str
    url: str = ""
    expires_at: int = 0
    is_expired: bool = False
    payments: list[Payment] = field(default_factory=list)

    @property
    def paid(self) -> Payment | None:
        return next((one for one in self.payments if one.status == "approved"), None)


@dataclass
class Question:
    """A call of the API. `once` is its idempotency key."""

    method: str
    path: str
    given: dict[str, Any]
    key: str
    once: str


@dataclass
class World:
    """`mode` is how the providers answer: ok, hang, error, or refuse."""

    site: str
    public: str
    checkouts: dict[str, Checkout] = field(default_factory=dict)
    answers: dict[tuple[str, str], tuple[Any, Any]] = field(default_factory=dict)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    mode: str = "ok"
    hang_seconds: float = 60
    drops_messages: bool = False
    dropped: list[Any] = field(default_factory=list)
    calls: int = 0
    inside: int = 0
    most_at_once: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: Any = field(
        default_factory=lambda: itertools.count(1_000_000 + secrets.randbelow(10**9))
    )

    def new_id(self, prefix: str = "") -> str:
        return f"{prefix}{next(self.numbers)}"

    def once(self, key: str, idempotency_key: str, asked: Any, make: Any) -> Any:
        """The same question with the same key has the same answer; another question is refused."""
        if not idempotency_key:
            return make()
        with self.lock:
            name = (key, idempotency_key)
            if name not in self.answers:
                self.answers[name] = (asked, make())
            known, answer = self.answers[name]
            if known != asked:
                raise Refused(
                    "Keys for idempotent requests can only be used with the same parameters."
                )
            return answer

    def payment(self, payment_id: str) -> tuple[Checkout, Payment] | None:
        for checkout in self.checkouts.values():
            for payment in checkout.payments:
                if payment.id == payment_id:
                    return checkout, payment
        return None

    def add_payment(self, checkout: Checkout, status: str, **changes: Any) -> Payment:
        payment = Payment(
            id=self.new_id("pi_" if checkout.provider == "stripe" else ""),
            status=status,
            amount_minor=changes.get("amount_minor", checkout.amount_minor),
            currency=changes.get("currency", checkout.currency),
            is_live=changes.get("is_live", False),
        )
        checkout.payments.append(payment)
        return payment

    def refund(self, payment: Payment, amount_minor: int) -> dict[str, Any]:
        if payment.status not in {"approved", "refunded"}:
            raise Refused("This payment cannot be refunded.")
        if amount_minor <= 0 or payment.refunded_minor + amount_minor > payment.amount_minor:
            raise Refused("Refund amount is greater than what is left of the payment.")
        payment.refunded_minor += amount_minor
        if payment.refunded_minor == payment.amount_minor:
            payment.status = "refunded"
        refund = {"id": self.new_id("re_"), "amount_minor": amount_minor}
        payment.refunds.append(refund)
        return refund


class Refused(Exception):
    """A question that the provider answers with no."""
