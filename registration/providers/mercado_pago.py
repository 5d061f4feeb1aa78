"""
Mercado Pago's Checkout Pro: cards, wallets, Pix and cash, with instalments by the provider.

Source: the SDK 3.6.0. Messages name a payment in their address and sign that; their body is not
signed, so nothing in it is used.
"""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import mercadopago
import requests
from babel.numbers import get_currency_precision
from mercadopago.config import RequestOptions
from mercadopago.http import HttpClient
from mercadopago.webhook import InvalidWebhookSignatureError, WebhookSignatureValidator

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

API = "https://api.mercadopago.com"
MILLISECONDS_FROM = 10**11  # as seconds that would be the year 5138
STATE_OF_PAYMENT = {
    "pending": AttemptState.PENDING,
    "in_process": AttemptState.PENDING,
    "authorized": AttemptState.PENDING,
    "approved": AttemptState.APPROVED,
    "in_mediation": AttemptState.APPROVED,
    "rejected": AttemptState.REJECTED,
    "cancelled": AttemptState.REJECTED,
    "refunded": AttemptState.REFUNDED,
    "charged_back": AttemptState.CHARGED_BACK,
}
STATE_OF_REFUND = {
    "approved": RefundState.DONE,
    "rejected": RefundState.FAILED,
    "cancelled": RefundState.FAILED,
}


class _Calls(HttpClient):  # type: ignore[misc] # the SDK has no types
    """The SDK's address is fixed and its time-out is one number: both are set here."""

    def __init__(self, base: str) -> None:
        self.base = base

    def request(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        for name in ("maxretries", "retry_on", "backoff_factor"):
            options.pop(name, None)  # we ask again ourselves, with the same idempotency key
        options["timeout"] = (CONNECT_SECONDS, READ_SECONDS)
        if self.base:
            url = self.base + url.removeprefix(API)
        with requests.Session() as session:
            session.trust_env = not self.base  # a proxy of the environment does not see loopback
            answer = session.request(method, url, allow_redirects=False, **options)
        return {"status": answer.status_code, "response": answer.json() if answer.content else None}


class MercadoPagoProvider:
    def __init__(self, keys: Keys, *, is_live: bool, simulator: str = "") -> None:
        self.keys = keys
        self.is_live = is_live
        self.base = f"{simulator}/mercado_pago" if simulator else ""
        self.sdk = mercadopago.SDK(keys.secret_key, http_client=_Calls(self.base))

    @contextmanager
    def _asking(self) -> Iterator[None]:
        with gate_of(f"mercado_pago {self.base}").passing():
            try:
                yield
            except (requests.RequestException, ValueError, KeyError, TypeError) as error:
                raise ProviderUnavailable(str(error)) from error

    def start(self, intent: Intent) -> Checkout:
        wanted = {
            "items": [
                {
                    "id": intent.uid,
                    "title": intent.title[:200],
                    "quantity": 1,
                    "currency_id": intent.amount.currency,
                    "unit_price": _number(intent.amount),
                }
            ],
            "external_reference": intent.uid,
            "payer": {"email": intent.email},
            "back_urls": dict.fromkeys(("success", "pending", "failure"), intent.return_url),
            "auto_return": "approved",
            "expires": True,
            "expiration_date_from": _moment(intent.started_at),
            "expiration_date_to": _moment(intent.deadline_at),
            "date_of_expiration": _moment(intent.slow_deadline_at),  # of a voucher for cash
        }
        with self._asking():
            answer = _answered(self.sdk.preference().create(wanted, self._once(intent.uid)))
            url = answer.get("init_point") if self.is_live else answer.get("sandbox_init_point")
            return Checkout(str(answer["id"]), str(url or answer["init_point"]))

    def fetch(self, known: Known) -> Truth:
        with self._asking():
            found = _answered(
                self.sdk.payment().search(
                    {"external_reference": known.uid, "sort": "date_created", "limit": 50}
                )
            )["results"]
            seen = {str(payment["id"]): payment for payment in found}
            # The search may lag behind a message; a payment by its name does not.
            for reference in sorted(known.payment_references - set(seen)):
                seen[reference] = _answered(self.sdk.payment().get(reference))
            payments = tuple(map(_payment, seen.values()))
        return Truth(AttemptState.CREATED, payments)

    def refund(self, wanted: WantedRefund) -> RefundAnswer:
        with self._asking():
            refunds = self.sdk.refund()
            if wanted.reference:
                answer = _answered(refunds.get(wanted.payment_reference, wanted.reference))
            else:
                answer = _answered(
                    refunds.create(
                        wanted.payment_reference,
                        {"amount": _number(wanted.amount)},
                        self._once(wanted.uid),
                    )
                )
            state = STATE_OF_REFUND.get(str(answer["status"]), RefundState.IN_TRANSIT)
            return RefundAnswer(state, str(answer["id"]))

    def parse_webhook(self, incoming: Incoming, *, at: dt.datetime) -> Notice:  # noqa: ARG002 - the interface's
        if not isinstance(json.loads(incoming.body), dict):
            raise ValueError("A message is an object.")  # noqa: TRY004 - of the message, not a type of ours
        data_id = incoming.query.get("data.id", "")[:100]
        request_id = incoming.headers.get("x-request-id", "")[:100]
        signature = incoming.headers.get("x-signature", "")
        try:
            # Not its `tolerance_seconds`: it reads milliseconds as seconds and refuses everything.
            WebhookSignatureValidator.validate(
                signature, request_id, data_id.lower(), self.keys.webhook_secret
            )
            signature_ok = bool(self.keys.webhook_secret)
        except InvalidWebhookSignatureError:
            signature_ok = False
        signed_at = _signed_at(signature)
        moment = signed_at.isoformat() if signed_at else ""
        return Notice(
            # Only what is signed makes the identifier.
            event_id=f"{data_id}:{request_id or moment}",
            kind=incoming.query.get("type", "")[:100],
            attempt_uid="",
            subject_reference=data_id,
            signature_ok=signature_ok,
            signed_at=signed_at,
        )

    def attempt_of(self, notice: Notice) -> str:
        if notice.kind not in {"payment", ""} or not notice.subject_reference.isdigit():
            return ""
        with self._asking():
            payment = _answered(self.sdk.payment().get(notice.subject_reference))
        return str(payment.get("external_reference") or "")

    def check(self) -> AccountFacts:
        with self._asking():
            account = _answered(self.sdk.user().get())
        return AccountFacts(str(account.get("nickname") or "Mercado Pago"), None)

    def _once(self, uid: str) -> RequestOptions:
        return RequestOptions(
            access_token=self.keys.secret_key, custom_headers={"x-idempotency-key": uid}
        )


def _answered(answer: Any) -> dict[str, Any]:
    """
    The answer's body.

    :raises ProviderUnavailable: if it is an answer of a server in trouble.
    :raises ProviderRefused: if it is a no.
    """
    status, body = answer["status"], answer["response"]
    if status == 429 or status >= 500 or not isinstance(body, dict):
        raise ProviderUnavailable(f"HTTP {status}")
    if status >= 300:
        raise ProviderRefused(str(body.get("message") or f"HTTP {status}")[:300])
    return body


def _payment(payment: dict[str, Any]) -> ProviderPayment:
    currency = str(payment["currency_id"])
    return ProviderPayment(
        reference=str(payment["id"]),
        state=STATE_OF_PAYMENT.get(str(payment["status"]), AttemptState.PENDING),
        amount=_money(payment["transaction_amount"], currency),
        refunded_minor=_minor(payment.get("transaction_amount_refunded") or 0, currency) or 0,
        attempt_uid=str(payment.get("external_reference") or ""),
        is_live=bool(payment.get("live_mode")),
    )


def _number(amount: Money) -> float:
    """JSON knows no decimals: the shortest number that reads back as this amount."""
    return float(amount.amount)


def _minor(number: object, currency: str) -> int | None:
    """None if the currency has no such small coins: such an amount equals none of ours."""
    minor = Decimal(str(number)).scaleb(get_currency_precision(currency))
    return int(minor) if minor == int(minor) else None


def _money(number: object, currency: str) -> Money | None:
    minor = _minor(number, currency)
    return Money(minor, currency) if minor is not None else None


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000+00:00")


def _signed_at(signature: str) -> dt.datetime | None:
    for part in signature.split(","):
        name, _equals, value = part.strip().partition("=")
        if name == "ts" and value.isascii() and value.isdigit():
            seconds = int(value) / 1000 if int(value) > MILLISECONDS_FROM else int(value)
            try:
                return dt.datetime.fromtimestamp(seconds, dt.UTC)
            except (OverflowError, ValueError, OSError):
                return None
    return None
