import pytest
from django.db import IntegrityError, transaction

from conference.kernel.db import violated_constraint
from conference.kernel.ready_insert import insert
from conference.models import HistoryEntry
from registration.models import IdempotencyKey
from tests.conftest import NOON

pytestmark = pytest.mark.django_db


def key(**values):
    wanted = {"scope": "s", "key": "k", "body_sha256": "0", "status_code": 201}
    return IdempotencyKey(
        **{**wanted, "response": {"a": ["ñ", None]}, "created_at": NOON, **values}
    )


def test_an_inserted_row_is_what_was_given(event):
    entry = insert(
        HistoryEntry(
            event=event, occurred_at=NOON, action="a.b", subject_type="x.y", subject_id=7,
            data={"n": [1, "ñ"]},
        )
    )  # fmt: skip
    kept = HistoryEntry.objects.get()

    assert entry.pk == kept.pk
    for field in HistoryEntry._meta.concrete_fields:
        assert getattr(kept, field.attname) == getattr(entry, field.attname)
    assert not entry._state.adding


def test_the_database_refuses_an_insert_as_it_refuses_a_save():
    insert(key())

    for broken, constraint in (
        (key(), "idempotency_key_used_once"),
        (key(key=""), "idempotency_key_not_empty"),
    ):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            insert(broken)
        assert violated_constraint(refused.value) == constraint
    assert IdempotencyKey.objects.count() == 1
