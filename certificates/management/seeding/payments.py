"""The demo's accounts at payment providers: they lead to the simulator and take no real money."""

import datetime as dt

from conference.models import Event
from registration.operations.accounts import change_ways, connect_provider
from registration.states import Provider

# The simulator finds the site again by the token in the keys.
KEYS = {
    Provider.STRIPE: ("sk_test_{}", "whsec_{}"),
    Provider.MERCADO_PAGO: ("TEST-{}", "secret-{}"),
}
CURRENCIES = {Provider.STRIPE: ["USD"], Provider.MERCADO_PAGO: ["ARS", "BRL"]}


def seed_payments(event: Event, *, at: dt.datetime) -> None:
    for provider, (secret_key, webhook_secret) in KEYS.items():
        token = ""
        for _time in range(2):  # the account's token is known once there is one
            account = connect_provider(
                event_id=event.pk,
                provider=provider,
                secret_key=secret_key.format(token),
                webhook_secret=webhook_secret.format(token),
                is_live=False,
                is_offered=True,
                currencies=CURRENCIES[provider],
                actor=None,
                at=at,
            )
            token = account.token
    change_ways(
        event_id=event.pk, bank_transfer=True, on_site=True, days_kept_after_a_part=5,
        actor=None, at=at,
    )  # fmt: skip
