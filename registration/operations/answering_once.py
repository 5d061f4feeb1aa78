"""A client that does not know whether its request arrived may send it again: it gets the same answer."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from conference.kernel.db import violated_constraint
from conference.kernel.errors import DomainError
from conference.kernel.ready_insert import insert
from conference.kernel.ready_query import ReadyQuery
from registration.models import IdempotencyKey
from registration.rules.refusals import KeyRefused, KeyUsedForAnotherBody

LONGEST_KEY = 255
USED_ONCE = "idempotency_key_used_once"
_USED = ReadyQuery(
    lambda scope, key: IdempotencyKey.objects.filter(scope=scope, key=key),
    scope="?scope",
    key="?key",
)


@dataclass(frozen=True, slots=True)
class Answer:
    status_code: int
    response: Any
    is_replay: bool = False


def answer_once(
    *,
    scope: str,
    key: str,
    body: Any,
    at: dt.datetime,
    work: Callable[[], Answer],
) -> Answer:
    """
    Do the work once per key, in one transaction with the note of its answer.

    A refusal is not kept: the same request may succeed later.

    :raises KeyRefused: if the key is empty or too long.
    :raises KeyUsedForAnotherBody: if the key came with another body before.
    """
    if not key.isprintable() or not 1 <= len(key) <= LONGEST_KEY:
        raise KeyRefused(
            _("The Idempotency-Key must have 1 to %(longest)d printable characters.")
            % {"longest": LONGEST_KEY}
        )
    body_sha256 = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    known = _known(scope=scope, key=key, body_sha256=body_sha256)
    if known:
        return known
    try:
        with transaction.atomic():
            answer = work()
            insert(
                IdempotencyKey(
                    scope=scope,
                    key=key,
                    body_sha256=body_sha256,
                    status_code=answer.status_code,
                    response=json.loads(json.dumps(answer.response, cls=DjangoJSONEncoder)),
                    created_at=at,
                )
            )
    except IntegrityError as error:
        # The same request ran at the same time and was first.
        known = _known(scope=scope, key=key, body_sha256=body_sha256)
        if violated_constraint(error) == USED_ONCE and known:
            return known
        raise
    except DomainError:
        # The same request may have run at the same time, and this one met what the first had done.
        known = _known(scope=scope, key=key, body_sha256=body_sha256)
        if known:
            return known
        raise
    return answer


def _known(*, scope: str, key: str, body_sha256: str) -> Answer | None:
    found = _USED.first(scope=scope, key=key)
    if found is None:
        return None
    if found.body_sha256 != body_sha256:
        raise KeyUsedForAnotherBody(
            _("This Idempotency-Key was used with another body. Use a new key for a new request.")
        )
    return Answer(found.status_code, found.response, is_replay=True)
