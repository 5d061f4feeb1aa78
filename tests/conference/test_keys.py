import datetime as dt
import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conference.kernel.errors import InputRefused
from conference.models import ApiKey, HistoryEntry
from conference.operations.keys import (
    KeyExpired,
    KeyRefused,
    KeyRevoked,
    NewKey,
    make_key,
    revoke_key,
    use_key,
)
from conference.states import ApiScope, EventAction
from tests.conftest import NOON, signed_in

pytestmark = pytest.mark.django_db
YEAR = dt.timedelta(days=365)


def a_key(event, **changes) -> NewKey:
    return make_key(
        **{
            "event_id": event.pk,
            "name": "Travel agency",
            "scopes": ["orders:read", "offer:read"],
            "expires_at": NOON + YEAR,
            "actor": None,
            "at": NOON,
            **changes,
        }
    )


def test_a_key_is_kept_as_its_hash_and_its_first_characters(event, organiser):
    made = a_key(event, actor=organiser)

    key = ApiKey.objects.get()
    assert made.written.startswith(f"{key.prefix}-")
    assert len(made.written) == 6 + 1 + 26
    assert key.sha256 == hashlib.sha256(made.written.encode()).hexdigest()
    assert key.scopes == ["offer:read", "orders:read"]
    assert (key.created_by, key.created_at, key.last_used_at) == (organiser, NOON, None)
    entry = HistoryEntry.objects.get()
    assert (entry.action, entry.actor) == (EventAction.KEY_MADE, organiser)
    assert entry.data == {"scopes": ["offer:read", "orders:read"]}
    assert made.written[7:] not in str([*ApiKey.objects.values(), entry.data])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "n" * 81}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["orders:read", "everything"]}, "scopes"),
        ({"expires_at": NOON}, "expires_at"),
        ({"expires_at": NOON + 3 * YEAR}, "expires_at"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused_and_not_made(event, changes, field):
    with pytest.raises(InputRefused) as refusal:
        a_key(event, **changes)

    assert refusal.value.field == field
    assert not ApiKey.objects.exists()
    assert not HistoryEntry.objects.exists()


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"scopes": []}, "api_key_opens_something_known"),
        ({"scopes": ["orders:read", "everything"]}, "api_key_opens_something_known"),
        ({"expires_at": NOON}, "api_key_ends_after_it_was_made"),
        ({"sha256": "not a hash"}, "api_key_is_kept_as_a_hash"),
        ({"name": ""}, "api_key_says_what_it_is_for"),
    ],
)
def test_the_database_refuses_a_half_filled_key(event, changes, constraint):
    whole = {
        "event": event, "name": "n", "prefix": "K7Q2MX", "sha256": "0" * 64,
        "scopes": ["orders:read"], "created_at": NOON, "expires_at": NOON + YEAR,
    }  # fmt: skip

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ApiKey.objects.create(**(whole | changes))

    assert not ApiKey.objects.exists()


def test_a_use_is_noted_once_a_minute(event, django_assert_num_queries):
    written = a_key(event).written
    seconds = dt.timedelta(seconds=1)

    with django_assert_num_queries(2):
        use_key(written, at=NOON)
    with django_assert_num_queries(1):
        use_key(written, at=NOON + 59 * seconds)
    assert ApiKey.objects.get().last_used_at == NOON

    use_key(written, at=NOON + 60 * seconds)
    assert ApiKey.objects.get().last_used_at == NOON + 60 * seconds


def test_a_key_that_does_not_hold_is_refused_and_not_noted(event):
    revoked, ended = a_key(event), a_key(event, expires_at=NOON + dt.timedelta(hours=1))
    revoke_key(key_id=revoked.key.pk, event_id=event.pk, actor=None, at=NOON)

    with pytest.raises(KeyRevoked):
        use_key(revoked.written, at=NOON)
    with pytest.raises(KeyExpired):
        use_key(ended.written, at=NOON + dt.timedelta(hours=1))
    with pytest.raises(KeyRefused):
        use_key(revoked.written[:-1], at=NOON)

    assert not ApiKey.objects.exclude(last_used_at=None).exists()


def test_revoking_twice_is_revoking_once(event, other_event, organiser):
    key = a_key(event).key

    with pytest.raises(ApiKey.DoesNotExist):
        revoke_key(key_id=key.pk, event_id=other_event.pk, actor=organiser, at=NOON)
    for hours in (0, 1):
        at = NOON + dt.timedelta(hours=hours)
        revoke_key(key_id=key.pk, event_id=event.pk, actor=organiser, at=at)

    assert ApiKey.objects.get().revoked_at == NOON
    assert HistoryEntry.objects.filter(action=EventAction.KEY_REVOKED).count() == 1


def test_the_desk_shows_a_new_key_once_and_revokes_it(event, organiser):
    client = signed_in(organiser)
    page = reverse("conference:api_keys", args=[event.slug])
    day = (timezone.now() + dt.timedelta(days=30)).date().isoformat()  # pages read the real clock

    shown = client.post(page, {"name": "Agency", "scopes": ["orders:read"], "last_day": day})
    key = ApiKey.objects.get()
    again = client.get(page)

    written = shown.content.decode().partition('<code class="strong">')[2].partition("<")[0]
    assert hashlib.sha256(written.encode()).hexdigest() == key.sha256
    assert shown["Cache-Control"] == "private, no-store"
    assert key.prefix in again.content.decode()
    assert written not in again.content.decode()
    assert key.created_by == organiser

    revoke = reverse("conference:api_key_revoke", args=[event.slug, key.pk])
    assert client.get(revoke).status_code == 405
    assert client.post(revoke).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_the_desk_keeps_what_was_typed_when_it_refuses(event, organiser):
    client = signed_in(organiser)
    page = reverse("conference:api_keys", args=[event.slug])

    for wrong in (
        {"name": "Agency", "scopes": [], "last_day": "2027-01-01"},
        {"name": "Agency", "scopes": ["everything"], "last_day": "2027-01-01"},
        {"name": "Agency", "scopes": ["orders:read"], "last_day": "9999-12-31"},
        {"name": "Agency", "scopes": ["orders:read"], "last_day": "2001-01-01"},
    ):
        answer = client.post(page, wrong)
        assert answer.status_code == 422
        assert 'value="Agency"' in answer.content.decode()

    assert not ApiKey.objects.exists()


def test_a_key_of_another_event_cannot_be_revoked_here(event, other_event, organiser):
    key = a_key(other_event).key

    answer = signed_in(organiser).post(
        reverse("conference:api_key_revoke", args=[event.slug, key.pk])
    )

    assert answer.status_code == 404
    assert ApiKey.objects.get().revoked_at is None


def test_a_scanner_with_a_key_reads_the_doors(event):
    written = a_key(event, scopes=[ApiScope.CHECK_INS_WRITE], at=NOON).written
    ApiKey.objects.update(expires_at=dt.datetime(2999, 1, 1, tzinfo=dt.UTC))

    answer = Client().get(
        f"/api/v1/events/{event.slug}/scan-points/", headers={"Authorization": f"Api-Key {written}"}
    )

    assert (answer.status_code, answer.json()) == (200, [])
