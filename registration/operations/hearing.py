"""Messages of providers: kept as they came, answered at once, and then looked into."""

import datetime as dt
import uuid
from urllib.parse import unquote

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from conference.kernel.background import after_commit
from conference.kernel.db import violated_constraint
from conference.kernel.errors import InputRefused
from registration.models import Payment, PaymentAttempt, ProviderAccount, WebhookMessage
from registration.operations.accounts import provider_of
from registration.operations.asking import ask_about
from registration.providers.base import (
    CLOCKS_MAY_DIFFER,
    Incoming,
    Notice,
    ProviderRefused,
    ProviderUnavailable,
)
from registration.rules.asking import GIVE_UP, back_off
from registration.rules.refusals import KeysRefused

TWICE = "webhook_message_counts_once"
MOST_FORGED_AN_HOUR = 60


def hear(*, account_id: int, incoming: Incoming, at: dt.datetime) -> WebhookMessage | None:
    """
    Keep a message and wake a worker. The same message again is the same row.

    One with a wrong signature is kept to be seen, so many an hour, and never looked into.

    :raises InputRefused: if the body is no JSON object.
    """
    account = ProviderAccount.objects.get(pk=account_id)
    try:
        body = incoming.body.decode()
        notice = provider_of(account).parse_webhook(incoming, at=at)
    except (ValueError, RecursionError) as error:
        raise InputRefused(_("This is no message of a payment provider.")) from error
    if "\x00" in body or not notice.event_id.strip():
        raise InputRefused(_("This is no message of a payment provider."))
    if not notice.signature_ok and _too_many_forged(account, at=at):
        return None
    try:
        with transaction.atomic():
            message = WebhookMessage.objects.create(
                account=account, event_id=_clean(notice.event_id), kind=_clean(notice.kind)[:100],
                attempt_uid=_clean(notice.attempt_uid)[:64],
                subject_reference=_clean(notice.subject_reference),
                signature_ok=notice.signature_ok, signed_at=notice.signed_at, body=body,
                received_at=at, next_try_at=at if notice.signature_ok else None,
                problem=_remark(notice, at=at),
            )  # fmt: skip
            if notice.signature_ok:
                after_commit("registration.look_into_message", message_id=message.pk)
    except IntegrityError as error:
        if violated_constraint(error) != TWICE:
            raise
        return WebhookMessage.objects.get(
            account=account, event_id=_clean(notice.event_id), signature_ok=True
        )
    return message


def look_into(*, message_id: int, at: dt.datetime) -> WebhookMessage:
    """Fetch the truth about what a message is about. Repeatable; a silent provider is asked again."""
    message = WebhookMessage.objects.select_related("account").get(pk=message_id)
    if message.processed_at is not None or not message.signature_ok:
        return message
    try:
        attempt_id = _attempt_of(message)
        if attempt_id is not None:
            mentioned = frozenset({message.subject_reference} & _payments_named(message))
            ask_about(attempt_id=attempt_id, at=at, mentioned=mentioned)
    except (ProviderUnavailable, KeysRefused) as silence:
        gave_up = at - message.received_at > GIVE_UP
        WebhookMessage.objects.filter(pk=message_id, processed_at__isnull=True).update(
            tries=F("tries") + 1,
            next_try_at=None if gave_up else back_off(message.tries + 1, at=at),
            processed_at=at if gave_up else None,
            problem=str(silence)[:300],
        )
        message.refresh_from_db()
        return message
    except ProviderRefused as refusal:
        problem = f"{refusal}"[:300]
    else:
        problem = message.problem if attempt_id is not None else "not about one of our attempts"
    WebhookMessage.objects.filter(pk=message_id, processed_at__isnull=True).update(
        processed_at=at, next_try_at=None, problem=problem
    )
    message.refresh_from_db()
    return message


def _attempt_of(message: WebhookMessage) -> int | None:
    """By the names the message gives, else by asking whose payment it is."""
    uid = message.attempt_uid or _uid_of_known(message)
    if not uid:
        uid = provider_of(message.account).attempt_of(_notice(message))
    try:
        wanted = uuid.UUID(uid)
    except ValueError:
        return None
    found = PaymentAttempt.objects.filter(account=message.account, uid=wanted).first()
    return found.pk if found is not None else None


def _uid_of_known(message: WebhookMessage) -> str:
    reference = message.subject_reference
    payment = Payment.objects.filter(
        attempt__account=message.account, external_id=reference
    ).select_related("attempt").first()  # fmt: skip
    if payment is not None and payment.attempt is not None:
        return str(payment.attempt.uid)
    attempt = PaymentAttempt.objects.filter(
        account=message.account, provider_reference=reference or "-"
    ).first()
    return str(attempt.uid) if attempt is not None else ""


def _payments_named(message: WebhookMessage) -> set[str]:
    """Mercado Pago names its payments by numbers; a checkout of Stripe is no payment."""
    return {message.subject_reference} if message.subject_reference.isdigit() else set()


def _notice(message: WebhookMessage) -> Notice:
    return Notice(
        event_id=message.event_id, kind=message.kind, attempt_uid=message.attempt_uid,
        subject_reference=message.subject_reference, signature_ok=message.signature_ok,
        signed_at=message.signed_at,
    )  # fmt: skip


def _remark(notice: Notice, *, at: dt.datetime) -> str:
    if not notice.signature_ok:
        return "wrong signature"
    if notice.signed_at is None or abs(at - notice.signed_at) > CLOCKS_MAY_DIFFER:
        return "signed long ago, or a clock is wrong"
    return ""


def _too_many_forged(account: ProviderAccount, *, at: dt.datetime) -> bool:
    recent = WebhookMessage.objects.filter(
        account=account, signature_ok=False, received_at__gt=at - dt.timedelta(hours=1)
    )
    return recent.count() >= MOST_FORGED_AN_HOUR


def _clean(text: str) -> str:
    return unquote(text).replace("\x00", "")[:255]
