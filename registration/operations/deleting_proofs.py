"""
Files of proofs are deleted when nobody needs them; the decision stays.

Source: Ley 25.326, article 4.7 (data are destroyed once they are not needed for what they were
collected for), read 2026-11-25 (secondary, unverified); the number of days is the organiser's.
"""

import datetime as dt

from django.db import transaction

from registration.models import RegistrationPolicy, StatusProof
from registration.operations.proving import forget_file, lock_proof, note
from registration.rules.proofs import file_is_due
from registration.states import ProofAction, ProofState

DAYS_WITHOUT_POLICY = 30
MOST_AT_ONCE = 500


def delete_files_of_proofs(*, at: dt.datetime) -> int:
    """Delete what is due, each in a transaction of its own; again changes nothing. How many."""
    days = dict(RegistrationPolicy.objects.values_list("event_id", "proof_file_days"))
    kept = StatusProof.objects.filter(file__isnull=False).select_related("event", "registration")
    due = [
        proof.pk
        for proof in kept.order_by("pk").iterator()
        if _is_due(proof, days=days.get(proof.event_id, DAYS_WITHOUT_POLICY), at=at)
    ]
    return sum(_delete(proof_id, days=days, at=at) for proof_id in due[:MOST_AT_ONCE])


def _is_due(proof: StatusProof, *, days: int, at: dt.datetime) -> bool:
    assert proof.submitted_at is not None  # noqa: S101 - it has a file
    return file_is_due(
        state=ProofState(proof.state), submitted_at=proof.submitted_at, decided_at=proof.decided_at,
        ended_at=proof.registration.ended_at, last_day=proof.event.last_day, zone=proof.event.zone,
        days=days, at=at,
    )  # fmt: skip


@transaction.atomic
def _delete(proof_id: int, *, days: dict[int, int], at: dt.datetime) -> bool:
    _order, proof = lock_proof(proof_id)
    if proof.file is None or not _is_due(
        proof, days=days.get(proof.event_id, DAYS_WITHOUT_POLICY), at=at
    ):
        return False
    forget_file(proof)
    proof.file_deleted_at = at
    proof.save(update_fields=("file", "file_deleted_at"))
    note(ProofAction.FILE_DELETED, proof, actor=None, at=at)
    return True
