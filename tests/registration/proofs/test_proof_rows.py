"""What the database refuses of a proof, half-filled rows among it."""

import pytest
from django.db import IntegrityError, transaction

from registration.models import StatusProof
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
REFUSED = [
    ("proof_state_is_known", {"state": "lost"}),
    ("proof_profession_is_known", {"profession": "king"}),
    ("proof_decided_was_submitted", {"state": "submitted"}),
    ("proof_decided_was_submitted", {"state": "submitted", "submitted_at": NOON}),
    ("proof_decided_was_submitted", {"state": "submitted", "submissions": 1}),
    (
        "proof_decided_has_its_time_and_person",
        {"state": "approved", "submitted_at": NOON, "submissions": 1},
    ),
    (
        "proof_decided_has_its_time_and_person",
        {"state": "approved", "submitted_at": NOON, "submissions": 1, "decided_at": NOON},
    ),
    ("proof_rejected_has_a_reason", {"rejection_reason": "because"}),
    ("proof_expired_was_charged", {"state": "expired"}),
    ("proof_submitted_has_its_file", {"state": "submitted", "submitted_at": NOON, "submissions": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("constraint", "changes"), REFUSED)
def test_a_half_filled_proof_is_refused(proof, constraint, changes):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        StatusProof.objects.filter(pk=proof.pk).update(**changes)

    proof.refresh_from_db()
    assert proof.state == "missing"


def test_a_rejection_and_an_approval_need_their_facts(submitted, organiser):
    decided = {"decided_at": NOON, "decided_by": organiser}
    rows = StatusProof.objects.filter(pk=submitted.pk)
    with (
        pytest.raises(IntegrityError, match="proof_rejected_has_a_reason"),
        transaction.atomic(),
    ):
        rows.update(state="rejected", **decided)
    with (
        pytest.raises(IntegrityError, match="proof_approved_is_not_charged"),
        transaction.atomic(),
    ):
        rows.update(state="approved", charged_at=NOON, **decided)
    with pytest.raises(IntegrityError, match="proof_file_was_submitted"), transaction.atomic():
        rows.update(media_type="")

    assert rows.get().state == "submitted"


@pytest.mark.parametrize(
    "changes", [{"full_price_minor": 1_000_000}, {"status_price_minor": 1}, {"currency": "EUR"}]
)
def test_the_prices_of_a_proof_are_frozen(proof, changes):
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        StatusProof.objects.filter(pk=proof.pk).update(**changes)


def test_a_proof_is_never_deleted_and_never_of_another_event(proof, other_event):
    rows = StatusProof.objects.filter(pk=proof.pk)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        rows.update(event=other_event)

    assert rows.get().event == proof.event


def test_a_proof_that_lowers_no_price_cannot_be_made(order, proof):
    copy = StatusProof(
        event=order.event, registration=order.registrations.get(), profession="resident",
        due_at=NOON, status_price_minor=100, status_list_price_minor=100, full_price_minor=100,
        full_list_price_minor=100, currency="USD",
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="proof_lowers_the_price"), transaction.atomic():
        copy.save()
