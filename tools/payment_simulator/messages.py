"""Messages to the product, signed as the real providers sign theirs."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from tools.payment_simulator import mercado_pago_like, stripe_like

if TYPE_CHECKING:
    from tools.payment_simulator.world import Checkout, Payment, World

NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def token_of(key: str) -> str:
    return key.removeprefix("sk_test_").removeprefix("sk_live_").removeprefix("TEST-")


def signed(message: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def message_about(
    world: World, checkout: Checkout, payment: Payment, kind: str, *, forged: bool = False,
    age_seconds: float = 0,
) -> urllib.request.Request:  # fmt: skip
    token = token_of(checkout.key)
    moment = time.time() - age_seconds
    address = f"{world.site}/webhooks/{checkout.provider}/{token}/"
    if checkout.provider == "stripe":
        subject = (
            stripe_like.session(checkout)
            if kind.startswith("checkout.")
            else stripe_like.intent(checkout, payment)
        )
        event: dict[str, Any] = {
            "id": f"evt_{secrets.token_hex(8)}", "object": "event", "type": kind,
            "livemode": False, "data": {"object": subject},
        }  # fmt: skip
        body = json.dumps(event).encode()
        secret = "not-the-secret" if forged else f"whsec_{token}"
        stamp = int(moment)
        headers = {
            "Stripe-Signature": f"t={stamp},v1={signed(f'{stamp}.'.encode() + body, secret)}"
        }
    else:
        body = json.dumps(
            {
                "id": secrets.randbelow(10**9), "live_mode": False, "type": "payment",
                "action": kind, "data": {"id": payment.id},
                "payment": mercado_pago_like.payment_shape(checkout, payment),
            }
        ).encode()  # fmt: skip
        address += f"?data.id={payment.id}&type=payment"
        request_id = secrets.token_hex(8)
        stamp = int(moment * 1000)
        secret = "not-the-secret" if forged else f"secret-{token}"
        manifest = f"id:{payment.id};request-id:{request_id};ts:{stamp};".encode()
        headers = {
            "x-signature": f"ts={stamp},v1={signed(manifest, secret)}",
            "x-request-id": request_id,
        }
    headers["Content-Type"] = "application/json"
    return urllib.request.Request(address, data=body, headers=headers, method="POST")


def deliver(world: World, *requests: urllib.request.Request, after_seconds: float = 0) -> None:
    """From a thread of its own, in this order; a site that is away is tried three times."""
    if world.drops_messages:
        world.dropped.extend(requests)
        return

    def run() -> None:
        time.sleep(after_seconds)
        for request in requests:
            for _try in range(3):
                status = _post(request)
                world.deliveries.append({"url": request.full_url, "status": status})
                if status:
                    break
                time.sleep(1)

    threading.Thread(target=run, daemon=True).start()


def _post(request: urllib.request.Request) -> int:
    try:
        with NO_PROXY.open(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return int(error.code)
    except OSError:
        return 0
