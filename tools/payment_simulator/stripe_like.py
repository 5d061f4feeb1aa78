"""The questions of Stripe's API that the product asks, answered in Stripe's shapes."""

from __future__ import annotations

from typing import Any

from tools.payment_simulator.world import Checkout, Payment, Question, Refused, World

STATUS = {
    "approved": "succeeded",
    "refunded": "succeeded",
    "charged_back": "succeeded",
    "in_process": "processing",
    "rejected": "requires_payment_method",
    "cancelled": "canceled",
}


def answer(world: World, asked: Question) -> dict[str, Any]:
    given, key, once = asked.given, asked.key, asked.once
    match (asked.method, asked.path.strip("/").split("/")):
        case ("POST", ["v1", "checkout", "sessions"]):
            return world.once(key, once, given, lambda: session(_open(world, given, key)))
        case ("GET", ["v1", "checkout", "sessions", session_id]) if session_id in world.checkouts:
            return session(world.checkouts[session_id])
        case ("GET", ["v1", "payment_intents", payment_id]) if found := world.payment(payment_id):
            return intent(*found)
        case ("POST", ["v1", "refunds"]):
            return world.once(key, once, given, lambda: _refund(world, given))
        case ("GET", ["v1", "refunds", refund_id]):
            return {"id": refund_id, "object": "refund", "status": "succeeded"}
        case ("GET", ["v1", "disputes"]):
            lost = [{"id": "dp_1", "object": "dispute", "status": "lost"}]
            return {"object": "list", "url": "/v1/disputes", "has_more": False, "data": lost}
        case ("GET", ["v1", "balance"]):
            return {"object": "balance", "livemode": key.startswith("sk_live"), "available": []}
    raise Refused(f"No such thing: {asked.path}")


def _open(world: World, given: dict[str, str], key: str) -> Checkout:
    price = "line_items[0][price_data]"
    session_id = world.new_id("cs_test_")
    checkout = Checkout(
        id=session_id,
        provider="stripe",
        key=key,
        uid=given["client_reference_id"],
        amount_minor=int(given[f"{price}[unit_amount]"]),
        currency=given[f"{price}[currency]"].upper(),
        title=given[f"{price}[product_data][name]"],
        email=given.get("customer_email", ""),
        return_url=given["success_url"],
        expires_at=int(given["expires_at"]),
        url=f"{world.public}/pay/{session_id}",
    )
    world.checkouts[checkout.id] = checkout
    return checkout


def session(checkout: Checkout) -> dict[str, Any]:
    is_paid = any(
        one.status in {"approved", "refunded", "charged_back"} for one in checkout.payments
    )
    latest = checkout.payments[-1] if checkout.payments else None
    return {
        "id": checkout.id,
        "object": "checkout.session",
        "url": checkout.url,
        "client_reference_id": checkout.uid,
        "metadata": {"attempt": checkout.uid},
        "status": "complete" if is_paid else "expired" if checkout.is_expired else "open",
        "payment_status": "paid" if is_paid else "unpaid",
        "amount_total": checkout.amount_minor,
        "currency": checkout.currency.lower(),
        "livemode": False,
        "payment_intent": intent(checkout, latest) if latest else None,
    }


def intent(checkout: Checkout, payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.id,
        "object": "payment_intent",
        "status": STATUS[payment.status],
        "amount": payment.amount_minor,
        "amount_received": payment.amount_minor if STATUS[payment.status] == "succeeded" else 0,
        "currency": payment.currency.lower(),
        "livemode": payment.is_live,
        "metadata": {"attempt": checkout.uid},
        "last_payment_error": {"code": "card_declined"} if payment.status == "rejected" else None,
        "latest_charge": {
            "id": payment.id.replace("pi_", "ch_"),
            "object": "charge",
            "amount_refunded": payment.refunded_minor,
            "refunded": payment.status == "refunded",
            "disputed": payment.status == "charged_back",
        },
    }


def _refund(world: World, given: dict[str, str]) -> dict[str, Any]:
    found = world.payment(given["payment_intent"])
    if found is None:
        raise Refused("No such payment_intent.")
    refund = world.refund(found[1], int(given["amount"]))
    return {"id": refund["id"], "object": "refund", "status": "succeeded"}
