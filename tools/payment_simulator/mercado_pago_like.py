"""The questions of Mercado Pago's API that the product asks, answered in its shapes."""

from __future__ import annotations

from typing import Any

from tools.payment_simulator.world import Checkout, Payment, Question, Refused, World, major, minor


def answer(world: World, asked: Question) -> dict[str, Any]:
    given, key, once = asked.given, asked.key, asked.once
    match (asked.method, asked.path.strip("/").split("/")):
        case ("POST", ["checkout", "preferences"]):
            return world.once(key, once, given, lambda: _open(world, given, key))
        case ("GET", ["v1", "payments", "search"]):
            wanted = given.get("external_reference")
            found = [
                payment_shape(checkout, one)
                for checkout in world.checkouts.values()
                if checkout.uid == wanted and checkout.provider == "mercado_pago"
                for one in checkout.payments
            ]
            return {"results": found, "paging": {"total": len(found), "offset": 0, "limit": 50}}
        case ("GET", ["v1", "payments", payment_id]) if found_one := world.payment(payment_id):
            return payment_shape(*found_one)
        case ("POST", ["v1", "payments", payment_id, "refunds"]):
            return world.once(key, once, given, lambda: _refund(world, payment_id, given))
        case ("GET", ["v1", "payments", _payment_id, "refunds", refund_id]):
            return {"id": refund_id, "status": "approved"}
        case ("GET", ["users", "me"]):
            return {"id": 1, "nickname": "SIMULATED", "site_id": "MLA"}
    raise Refused(f"No such thing: {asked.path}")


def _open(world: World, given: dict[str, Any], key: str) -> dict[str, Any]:
    (item,) = given["items"]
    checkout = Checkout(
        id=world.new_id("pref-"),
        provider="mercado_pago",
        key=key,
        uid=given["external_reference"],
        amount_minor=minor(item["unit_price"], item["currency_id"]),
        currency=item["currency_id"],
        title=item["title"],
        email=given["payer"]["email"],
        return_url=given["back_urls"]["success"],
    )
    world.checkouts[checkout.id] = checkout
    url = f"{world.public}/pay/{checkout.id}"
    return {"id": checkout.id, "init_point": url, "sandbox_init_point": url}


def payment_shape(checkout: Checkout, payment: Payment) -> dict[str, Any]:
    return {
        "id": int(payment.id),
        "status": payment.status,
        "external_reference": checkout.uid,
        "transaction_amount": major(payment.amount_minor, payment.currency),
        "transaction_amount_refunded": major(payment.refunded_minor, payment.currency),
        "currency_id": payment.currency,
        "live_mode": payment.is_live,
    }


def _refund(world: World, payment_id: str, given: dict[str, Any]) -> dict[str, Any]:
    found = world.payment(payment_id)
    if found is None:
        raise Refused("Payment not found")
    payment = found[1]
    refund = world.refund(payment, minor(given["amount"], payment.currency))
    return {"id": refund["id"].removeprefix("re_"), "status": "approved"}
