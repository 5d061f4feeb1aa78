"""The keys of partners' programs: made, shown once, used, revoked."""

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.errors import DomainError, InputRefused
from conference.kernel.tokens import new_token
from conference.models import ApiKey, Event, User
from conference.operations.history import record
from conference.states import ApiScope, EventAction

PREFIX_LENGTH = 6
LONGEST_NAME = 80
LONGEST_LIFE = dt.timedelta(days=2 * 366)
# A busy program asks often; when it last did is for people, and they need no seconds.
USE_IS_NOTED_EVERY = dt.timedelta(minutes=1)


class KeyRefused(DomainError):
    """The request is nobody's: who sent it must show a key that holds."""

    code: ClassVar[str] = "key_unknown"
    http_status: ClassVar[int] = 401


class KeyRevoked(KeyRefused):
    code: ClassVar[str] = "key_revoked"


class KeyExpired(KeyRefused):
    code: ClassVar[str] = "key_expired"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made. `written` is what the program sends; nobody can read it again."""

    key: ApiKey
    written: str


@transaction.atomic
def make_key(
    *,
    event_id: int,
    name: str,
    scopes: Collection[str],
    expires_at: dt.datetime,
    actor: User | None,
    at: dt.datetime,
) -> NewKey:
    """
    Make a key of an event.

    :raises InputRefused: if it has no name, opens nothing, or ends too early or too late.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InputRefused(_("Please say what the key is for."), field="name")
    if not scopes or not set(scopes) <= set(ApiScope.values):
        raise InputRefused(_("Please choose what the key opens."), field="scopes")
    if not at < expires_at <= at + LONGEST_LIFE:
        raise InputRefused(_("A key ends within two years."), field="expires_at")
    event = Event.objects.get(pk=event_id)
    prefix = new_token()[:PREFIX_LENGTH]
    written = f"{prefix}-{new_token()}"
    key = ApiKey.objects.create(
        event=event,
        name=name,
        prefix=prefix,
        sha256=_sha256(written),
        scopes=[scope for scope in ApiScope.values if scope in scopes],
        created_by=actor,
        created_at=at,
        expires_at=expires_at,
    )
    record(
        EventAction.KEY_MADE, event=event, subject=key, actor=actor, at=at,
        data={"scopes": key.scopes},
    )  # fmt: skip
    return NewKey(key, written)


@transaction.atomic
def revoke_key(*, key_id: int, event_id: int, actor: User | None, at: dt.datetime) -> ApiKey:
    """
    End a key now; one that is revoked already stays as it is.

    :raises ApiKey.DoesNotExist: if the event has no such key.
    """
    key = (
        ApiKey.objects.select_for_update(of=("self",))
        .select_related("event")
        .get(pk=key_id, event_id=event_id)
    )
    if key.revoked_at is None:
        key.revoked_at = at
        key.save(update_fields=("revoked_at",))
        record(EventAction.KEY_REVOKED, event=key.event, subject=key, actor=actor, at=at)
    return key


def use_key(written: str, *, at: dt.datetime) -> ApiKey:
    """
    Find the key that a program shows, and note that it was used.

    :raises KeyRefused, KeyRevoked, KeyExpired: if it does not hold.
    """
    key = ApiKey.objects.select_related("event").filter(sha256=_sha256(written)).first()
    if key is None:
        raise KeyRefused(_("This API key is not known here. Please look whether it is whole."))
    if key.revoked_at is not None:
        raise KeyRevoked(_("This API key was revoked. Please ask the organisers for a new one."))
    if key.expires_at <= at:
        raise KeyExpired(_("This API key has ended. Please ask the organisers for a new one."))
    if key.last_used_at is None or key.last_used_at <= at - USE_IS_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
    return key


def _sha256(written: str) -> str:
    return hashlib.sha256(written.encode()).hexdigest()
