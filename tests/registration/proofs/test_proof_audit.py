"""The audit finds what must never be true of proofs, each planted past the database's own guards."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.utils import timezone

from certificates.management.invariants import files_that_differ
from registration.models import StatusProof
from registration.operations.expecting_proofs import ask_for_proofs, expire_proofs
from registration.operations.proving import approve_proof
from tests.registration.money.test_audit_of_money import violations
from tests.registration.proofs.conftest import RITA, buy_as_resident, submit
from tests.registration.proofs.test_proving import path_of

pytestmark = pytest.mark.django_db
OF = "registration_statusproof"
PLANTED = {
    "A price that a status lowers has its proof": f"DELETE FROM {OF} WHERE state = 'submitted'",
    "A place costs its full price exactly if its status was not proved in time": (
        f"UPDATE {OF} SET charged_at = now() WHERE state = 'submitted'"
    ),
    "The difference to the full price stands in the ledger exactly while it is charged": (
        "DELETE FROM registration_ledgerentry WHERE reason = 'status_not_proved'"
    ),
    "A decided proof says who decided and stands in history": (
        "DELETE FROM conference_historyentry WHERE action = 'proof.approved'"
    ),
    "No proof stays unasked or unexpired long after its time": (
        f"UPDATE {OF} SET state = 'missing', due_at = now() - interval '2 hours'"
        " WHERE state = 'submitted'"
    ),
    "A proof that waits for review has its file": (
        f"UPDATE {OF} SET file_id = NULL, file_deleted_at = now() WHERE state = 'submitted'"
    ),
    "No file of a proof is kept long after its time": (
        f"UPDATE {OF} SET decided_at = now() - interval '40 days' WHERE state = 'approved'"
    ),
    "A confirmed order owes nothing but what was added and has time to be paid": (
        f"UPDATE {OF} SET charged_at = NULL, state = 'not_needed' WHERE state = 'expired'"
    ),
}


@pytest.fixture
def proofs(policy, ticket, organiser):
    """One approved, one that waits, one whose date is over."""
    now = timezone.now()
    policy.opens_at = now - dt.timedelta(days=60)
    policy.save(update_fields=("opens_at",))
    found = []
    for name in ("approved", "waits", "over"):
        fields = {each: getattr(RITA, each) for each in RITA.__slots__}
        attendee = RITA.__class__(**fields | {"email": f"{name}@example.org"})
        order = buy_as_resident(ticket, attendee=attendee, at=now)
        found.append(order.registrations.get().status_proof)
    ask_for_proofs(at=now)
    approved, waits, over = found
    submit(approved, at=now)
    submit(waits, at=now)
    approve_proof(proof_id=approved.pk, submission=1, actor=organiser, at=now)
    StatusProof.objects.filter(pk=over.pk).update(due_at=now)
    expire_proofs(at=now)
    return found


def test_everything_holds_for_proofs_in_all_states(proofs):
    assert violations() == []
    assert files_that_differ() == []


@pytest.mark.parametrize("sentence", PLANTED, ids=str)
def test_a_planted_violation_of_a_proof_is_found(proofs, sentence):
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(PLANTED[sentence])
            assert cursor.rowcount >= 1
        found = violations()
        transaction.set_rollback(True)

    assert sentence in found


def test_a_file_that_is_gone_from_the_disk_is_found(proofs):
    waits = StatusProof.objects.select_related("file").get(state="submitted")
    path_of(waits.file).unlink()

    assert len(files_that_differ()) == 1
