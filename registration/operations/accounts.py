"""An event's accounts at payment providers, and the other ways of payment it switches on."""

import datetime as dt
import json
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.sealed_text import SealBroken, seal, unseal
from conference.models import Event, User
from conference.operations.history import record
from registration.models import ProviderAccount, WaysOfPayment
from registration.providers import provider_named
from registration.providers.base import (
    Keys,
    PaymentProvider,
    ProviderRefused,
    ProviderUnavailable,
)
from registration.rules.refusals import KeysRefused
from registration.states import CURRENCIES_OF_PROVIDER, Provider, RegistrationAction

PURPOSE = "registration.provider_keys"


@transaction.atomic
def connect_provider(
    *,
    event_id: int,
    provider: str,
    secret_key: str,
    webhook_secret: str,
    is_live: bool,
    is_offered: bool,
    currencies: Sequence[str],
    actor: User | None,
    at: dt.datetime,
) -> ProviderAccount:
    """
    Connect an event's account, or change it. Keys that are left empty stay as they were.

    :raises KeysRefused: without keys or currencies, or if an account that took money already
        should turn from test to real money or back.
    """
    event = Event.objects.select_for_update().get(pk=event_id)
    secret_key, webhook_secret = secret_key.strip(), webhook_secret.strip()
    taken = [code for code in CURRENCIES_OF_PROVIDER[Provider(provider)] if code in currencies]
    if not taken:
        raise KeysRefused(_("Please choose at least one currency."), field="currencies")
    account = ProviderAccount.objects.filter(event=event, provider=provider).first()
    is_new = account is None
    if account is None:
        account = ProviderAccount(event=event, provider=provider, connected_at=at)
    elif account.is_live != is_live and account.attempts.exists():
        raise KeysRefused(
            _("Orders were paid with this account already: it stays what it is, test or real."),
            field="is_live",
        )
    old = keys_of(account) if not is_new else Keys("", "")
    keys = Keys(secret_key or old.secret_key, webhook_secret or old.webhook_secret)
    if not keys.secret_key:
        raise KeysRefused(_("Please paste the secret key."), field="secret_key")
    if not keys.webhook_secret and is_live:
        raise KeysRefused(
            _("Please paste the secret of the messages: without it none can be believed."),
            field="webhook_secret",
        )
    account.sealed_keys = seal(json.dumps([keys.secret_key, keys.webhook_secret]), purpose=PURPOSE)
    account.is_live, account.is_offered, account.currencies = is_live, is_offered, taken
    account.checked_at, account.check_problem = None, ""
    account.save()
    record(
        RegistrationAction.PROVIDER_CONNECTED if is_new else RegistrationAction.PROVIDER_CHANGED,
        event=event, subject=account, actor=actor, at=at,
        data={"provider": provider, "is_live": is_live, "is_offered": is_offered},
    )  # fmt: skip
    return account


@transaction.atomic
def change_ways(
    *,
    event_id: int,
    bank_transfer: bool,
    on_site: bool,
    days_kept_after_a_part: int,
    actor: User | None,
    at: dt.datetime,
) -> WaysOfPayment:
    event = Event.objects.select_for_update().get(pk=event_id)
    ways, _created = WaysOfPayment.objects.update_or_create(
        event=event,
        defaults={
            "bank_transfer": bank_transfer,
            "on_site": on_site,
            "days_kept_after_a_part": days_kept_after_a_part,
        },
    )
    record(
        RegistrationAction.WAYS_OF_PAYMENT_CHANGED, event=event, subject=ways, actor=actor, at=at,
        data={"bank_transfer": bank_transfer, "on_site": on_site},
    )  # fmt: skip
    return ways


def check_account(*, account_id: int, at: dt.datetime) -> ProviderAccount:
    """Ask the provider whether the keys open the account, and note what it says."""
    account = ProviderAccount.objects.select_related("event").get(pk=account_id)
    problem = ""
    try:
        facts = provider_of(account).check()
    except ProviderUnavailable:
        problem = _("The provider did not answer. Please try again in a moment.")
    except (ProviderRefused, KeysRefused) as refusal:
        problem = _("The provider refused the keys: %(reason)s") % {"reason": refusal}
    else:
        if facts.is_live is not None and facts.is_live != account.is_live:
            problem = (
                _("These are keys for real money, but the account is marked as a test.")
                if facts.is_live
                else _("These are test keys, but the account is marked as taking real money.")
            )
    account.checked_at = at
    account.check_problem = problem[:300]
    account.save(update_fields=("checked_at", "check_problem"))
    return account


def keys_of(account: ProviderAccount) -> Keys:
    """:raises KeysRefused: if no secret of this installation opens them."""
    try:
        secret_key, webhook_secret = json.loads(unseal(account.sealed_keys, purpose=PURPOSE))
    except SealBroken as broken:
        raise KeysRefused(
            _("The keys of this account cannot be opened. Please paste them again.")
        ) from broken
    return Keys(secret_key, webhook_secret)


def provider_of(account: ProviderAccount) -> PaymentProvider:
    """:raises KeysRefused: if its keys cannot be opened."""
    may_play = settings.DEMO or settings.DEBUG or settings.TESTING
    return provider_named(
        account.provider,
        keys_of(account),
        is_live=account.is_live,
        simulator=settings.PAYMENTS_SIMULATOR if may_play else "",
    )
