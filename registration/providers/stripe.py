"""
Stripe's hosted Checkout. Card data never touches us.

Source: docs.stripe.com/api of the version that the SDK 16.1.0 pins, read by way of the SDK.
"""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import stripe

from conference.kernel.money import Money
from registration.providers.base import (
    CONNECT_SECONDS,
    READ_SECONDS,
    AccountFacts,
    Checkout,
    Incoming,
    Intent,
    Keys,
    Known,
    Notice,
    ProviderPayment,
    ProviderRefused,
    ProviderUnavailable,
    RefundAnswer,
    Truth,
    WantedRefund,
)
from registration.providers.calling import gate_of
from registration.states import AttemptState, RefundState

LANGUAGES = {"es": "es", "pt-br": "pt-BR", "en": "en", "fr": "fr"}
STATE_OF_INTENT = {
    "processing": AttemptState.PENDING,
    "requires_capture": AttemptState.PENDING,
    "succeeded": AttemptState.APPROVED,
    "canceled": AttemptState.REJECTED,
}
STATE_OF_REFUND = {
    "succeeded": RefundState.DONE,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}


class StripeProvider:
    def __init__(self, keys: Keys, *, is_live: bool, simulator: str = "") -> None:
        self.keys = keys
        self.is_live = is_live
        self.base = f"{simulator}/stripe" if simulator else ""

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        session = requests.Session()
        session.trust_env = not self.base  # a proxy of the environment does not see loopback
        client = stripe.StripeClient(
            self.keys.secret_key,
            max_network_retries=0,  # we ask again ourselves, with the same idempotency key
            base_addresses={"api": self.base} if self.base else None,
            http_client=stripe.RequestsClient(
                timeout=(CONNECT_SECONDS, READ_SECONDS), session=session
            ),
        )
        with session, gate_of(f"stripe {self.base}").passing():
            try:
                yield client
            except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
                raise ProviderUnavailable(str(error)) from error
            except stripe.StripeError as error:
                if error.http_status == 409:  # the same question is being answered just now
                    raise ProviderUnavailable(str(error)) from error
                raise ProviderRefused(error.user_message or str(error)) from error

    def start(self, intent: Intent) -> Checkout:
        with self._asking() as client:
            session = client.v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": intent.amount.currency.lower(),
                                "unit_amount": intent.amount.amount_minor,
                                "product_data": {"name": intent.title[:200]},
                            },
                        }
                    ],
                    "client_reference_id": intent.uid,
                    "metadata": {"attempt": intent.uid},
                    # Charges and disputes inherit what stands at the payment intent.
                    "payment_intent_data": {"metadata": {"attempt": intent.uid}},
                    "customer_email": intent.email,
                    "success_url": intent.return_url,
                    "cancel_url": intent.return_url,
                    "expires_at": int(intent.deadline_at.timestamp()),
                    "locale": LANGUAGES.get(intent.language, "auto"),
                },
                options={"idempotency_key": intent.uid},
            ).to_dict()
        return Checkout(session["id"], session["url"])

    def fetch(self, known: Known) -> Truth:
        with self._asking() as client:
            session = client.v1.checkout.sessions.retrieve(
                known.reference, {"expand": ["payment_intent.latest_charge"]}
            ).to_dict()
            intent = session.get("payment_intent")
            payments: tuple[ProviderPayment, ...] = ()
            if intent:
                payments = (self._payment(client, intent),)
        is_over = session["status"] == "expired"
        return Truth(AttemptState.REJECTED if is_over else AttemptState.CREATED, payments)

    def _payment(self, client: Any, intent: dict[str, Any]) -> ProviderPayment:
        charge = intent.get("latest_charge") or {}
        state = STATE_OF_INTENT.get(intent["status"], AttemptState.CREATED)
        if state == AttemptState.CREATED and intent.get("last_payment_error"):
            state = AttemptState.REJECTED
        if state == AttemptState.APPROVED and charge.get("refunded"):
            state = AttemptState.REFUNDED
        if charge.get("disputed"):
            disputes = client.v1.disputes.list({"charge": charge["id"]}).to_dict()["data"]
            if any(dispute["status"] == "lost" for dispute in disputes):
                state = AttemptState.CHARGED_BACK
        received = intent.get("amount_received") or intent["amount"]
        return ProviderPayment(
            reference=intent["id"],
            state=state,
            amount=Money(int(received), intent["currency"].upper()),
            refunded_minor=int(charge.get("amount_refunded") or 0),
            attempt_uid=intent.get("metadata", {}).get("attempt", ""),
            is_live=bool(intent["livemode"]),
        )

    def refund(self, wanted: WantedRefund) -> RefundAnswer:
        with self._asking() as client:
            if wanted.reference:
                answer = client.v1.refunds.retrieve(wanted.reference).to_dict()
            else:
                answer = client.v1.refunds.create(
                    {
                        "payment_intent": wanted.payment_reference,
                        "amount": wanted.amount.amount_minor,
                        "metadata": {"refund": wanted.uid},
                    },
                    options={"idempotency_key": wanted.uid},
                ).to_dict()
        return RefundAnswer(
            STATE_OF_REFUND.get(answer["status"], RefundState.IN_TRANSIT),
            answer["id"],
            answer.get("failure_reason") or "",
        )

    def parse_webhook(self, incoming: Incoming, *, at: dt.datetime) -> Notice:  # noqa: ARG002 - the interface's
        said = json.loads(incoming.body)
        if not isinstance(said, dict):
            raise ValueError("A message is an object.")  # noqa: TRY004 - of the message, not a type of ours
        header = incoming.headers.get("stripe-signature", "")
        try:
            # Without a tolerance: an old message is kept and noted, and believed as little as any.
            stripe.WebhookSignature.verify_header(incoming.body, header, self.keys.webhook_secret)
            signature_ok = True
        except (stripe.SignatureVerificationError, ValueError):
            signature_ok = False
        subject = said.get("data")
        subject = subject.get("object") if isinstance(subject, dict) else None
        subject = subject if isinstance(subject, dict) else {}
        metadata = subject.get("metadata")
        uid = metadata.get("attempt") if isinstance(metadata, dict) else None
        reference = subject.get("payment_intent") or subject.get("id")
        return Notice(
            event_id=_text(said.get("id")),
            kind=_text(said.get("type")),
            attempt_uid=_text(uid or subject.get("client_reference_id")),
            subject_reference=_text(reference),
            signature_ok=signature_ok,
            signed_at=_signed_at(header),
        )

    def attempt_of(self, notice: Notice) -> str:
        if notice.attempt_uid or not notice.subject_reference.startswith("pi_"):
            return notice.attempt_uid
        with self._asking() as client:
            intent = client.v1.payment_intents.retrieve(notice.subject_reference).to_dict()
        return _text(intent.get("metadata", {}).get("attempt"))

    def check(self) -> AccountFacts:
        with self._asking() as client:
            balance = client.v1.balance.retrieve().to_dict()
        return AccountFacts("Stripe", bool(balance["livemode"]))


def _text(value: object) -> str:
    return value[:255] if isinstance(value, str) else ""


def _signed_at(header: str) -> dt.datetime | None:
    for part in header.split(","):
        name, _equals, value = part.partition("=")
        if name.strip() == "t" and value.strip().isascii() and value.strip().isdigit():
            try:
                return dt.datetime.fromtimestamp(int(value), dt.UTC)
            except (OverflowError, ValueError, OSError):
                return None
    return None
