"""What the buttons of the payment page do."""

from __future__ import annotations

from tools.payment_simulator.messages import deliver, message_about
from tools.payment_simulator.world import Checkout, Payment, World

LATE_SECONDS = 30.0
KINDS = {
    "stripe": {
        "new": "payment_intent.created",
        "pending": "payment_intent.processing",
        "rejected": "payment_intent.payment_failed",
        "approved": "checkout.session.completed",
        "refunded": "charge.refunded",
        "charged_back": "charge.dispute.closed",
    },
    "mercado_pago": {
        "new": "payment.created",
        "pending": "payment.updated",
        "rejected": "payment.updated",
        "approved": "payment.updated",
        "refunded": "payment.updated",
        "charged_back": "payment.updated",
    },
}
BUTTONS = {
    "pay": "Pay",
    "decline": "Decline",
    "pending": "Leave it in process",
    "abandon": "Go back without paying",
    "pay_twice": "Pay twice",
    "late": "Pay; the message comes 30 seconds late",
    "twice": "Pay; each message comes twice",
    "out_of_order": "Pay; the messages come in the wrong order",
    "silent": "Pay; no message ever comes",
    "forged": "Do not pay; a forged message says it is paid",
    "wrong_amount": "Pay only 1.00",
    "wrong_currency": "Pay the same number in another currency",
    "real_money": "Pay with real money at a test account",
}
LATER_BUTTONS = {
    "settle": "Approve it",
    "reject": "Reject it",
    "refund": "Send it back here",
    "charge_back": "The bank takes it back",
}


def press(world: World, checkout: Checkout, button: str, *, late_seconds: float) -> None:
    kinds = KINDS[checkout.provider]

    def tell(payment: Payment, *names: str, forged: bool = False, after: float = 0) -> None:
        requests = [
            message_about(world, checkout, payment, kinds[name], forged=forged) for name in names
        ]
        deliver(world, *requests, after_seconds=after)

    if button == "abandon":
        return
    if button == "forged":
        unpaid = Payment(world.new_id("pi_" if checkout.provider == "stripe" else ""), "approved",
                         checkout.amount_minor, checkout.currency)  # fmt: skip
        deliver(world, message_about(world, checkout, unpaid, kinds["approved"], forged=True))
        return
    if button in LATER_BUTTONS:
        _later(world, checkout, button)
        return
    if checkout.paid and checkout.provider == "stripe":
        return  # a session is paid once; a preference may be paid again
    if button == "decline":
        tell(world.add_payment(checkout, "rejected"), "rejected")
    elif button == "pending":
        tell(world.add_payment(checkout, "in_process"), "new", "pending")
    elif button == "wrong_amount":
        tell(world.add_payment(checkout, "approved", amount_minor=100), "approved")
    elif button == "wrong_currency":
        other = "USD" if checkout.currency != "USD" else "ARS"
        tell(world.add_payment(checkout, "approved", currency=other), "approved")
    elif button == "real_money":
        tell(world.add_payment(checkout, "approved", is_live=True), "approved")
    elif button == "silent":
        world.add_payment(checkout, "approved")
    elif button == "late":
        tell(world.add_payment(checkout, "approved"), "approved", after=late_seconds)
    elif button == "twice":
        payment = world.add_payment(checkout, "approved")
        message = message_about(world, checkout, payment, kinds["approved"])
        deliver(world, *[message] * 20)
    elif button == "out_of_order":
        tell(world.add_payment(checkout, "approved"), "approved", "pending", "new", "rejected")
    else:
        tell(world.add_payment(checkout, "approved"), "new", "approved")
        if button == "pay_twice" and checkout.provider == "mercado_pago":
            tell(world.add_payment(checkout, "approved"), "new", "approved")


def _later(world: World, checkout: Checkout, button: str) -> None:
    payment = checkout.payments[-1]
    name = "approved"
    if button in {"settle", "reject"} and payment.status == "in_process":
        payment.status = "approved" if button == "settle" else "cancelled"
        name = "approved" if button == "settle" else "rejected"
    elif button == "refund":
        world.refund(payment, payment.amount_minor - payment.refunded_minor)
        name = "refunded"
    elif button == "charge_back":
        payment.status = name = "charged_back"
    deliver(world, message_about(world, checkout, payment, KINDS[checkout.provider][name]))
