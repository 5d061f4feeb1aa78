"""
The payment simulator for tests: a plugin, loaded by tests/conftest.py.

It answers the real SDKs over HTTP on loopback. Its messages are kept unless a test has a live
server; `simulator.deliver(client)` brings them in any order.
"""

import datetime as dt
import threading
from urllib.parse import urlsplit

import pytest
from django.test import Client, TestCase

from registration.models import PaymentAttempt, ProviderAccount
from registration.operations.accounts import connect_provider
from registration.operations.starting_payments import start_payment
from registration.providers.calling import forget_failures
from tools.payment_simulator.messages import message_about
from tools.payment_simulator.paying import press
from tools.payment_simulator.server import serve
from tools.payment_simulator.world import World


class Simulated:
    def __init__(self, world: World) -> None:
        self.world = world

    def checkout_of(self, attempt: PaymentAttempt):
        return self.world.checkouts[attempt.provider_reference]

    def press(self, attempt: PaymentAttempt, button: str) -> None:
        press(self.world, self.checkout_of(attempt), button, late_seconds=0)

    def message(self, attempt: PaymentAttempt, kind: str, **options):
        checkout = self.checkout_of(attempt)
        return message_about(self.world, checkout, checkout.payments[-1], kind, **options)

    def take_messages(self) -> list:
        messages, self.world.dropped[:] = list(self.world.dropped), []
        return messages

    def deliver(self, *messages, client: Client | None = None) -> list[int]:
        """Bring messages, or all that were kept, and let the workers run; the answers' statuses."""
        statuses = []
        for message in messages or self.take_messages():
            with TestCase.captureOnCommitCallbacks(execute=True):
                statuses.append(post(client or Client(), message).status_code)
        return statuses


def post(client: Client, message, **changes):
    address = urlsplit(message.full_url)
    headers = {name.lower(): value for name, value in message.header_items()}
    headers.pop("content-length", None)
    return client.post(
        f"{address.path}?{address.query}",
        data=changes.get("data", message.data),
        content_type=headers.pop("content-type"),
        headers={**headers, **changes.get("headers", {})},
    )


@pytest.fixture(scope="session")
def simulator_server():
    world = World(site="http://127.0.0.1:9", public="")
    server = serve(world, host="127.0.0.1", port=0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield world
    server.shutdown()
    server.server_close()


@pytest.fixture
def simulator(simulator_server, settings) -> Simulated:
    world = simulator_server
    world.mode, world.hang_seconds, world.drops_messages, world.calls = "ok", 20, True, 0
    world.inside, world.most_at_once = 0, 0
    world.checkouts.clear()
    world.answers.clear()
    world.dropped.clear()
    world.deliveries.clear()
    settings.PAYMENTS_SIMULATOR = world.public
    forget_failures()
    return Simulated(world)


KEYS = {
    "stripe": ("sk_test_{}", "whsec_{}"),
    "mercado_pago": ("TEST-{}", "secret-{}"),
}


def connect(
    event, provider="stripe", *, currencies=("USD",), at=None, **changes
) -> ProviderAccount:
    """An account whose keys the simulator understands: they hold the account's own token."""
    common = {
        "event_id": event.pk, "provider": provider, "is_live": False, "is_offered": True,
        "currencies": currencies, "actor": None, "at": at or dt.datetime(2027, 1, 1, tzinfo=dt.UTC),
    }  # fmt: skip
    account = connect_provider(secret_key="first", webhook_secret="first", **common)
    secret_key, webhook_secret = (text.format(account.token) for text in KEYS[provider])
    keys = {"secret_key": secret_key, "webhook_secret": webhook_secret}
    return connect_provider(**{**keys, **common, **changes})


def begin(order, *, at, provider="stripe") -> PaymentAttempt:
    return start_payment(order_id=order.pk, provider=provider, at=at)
