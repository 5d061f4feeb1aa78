"""
Asking for proofs, reminding of them, and the full price of who gave none.

The rows are the queue: each operation finds those that are due, and looks again under their locks.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F, QuerySet

from registration.models import StatusProof
from registration.operations.charging_status import charge_difference
from registration.operations.proving import lock_proof, move, note, tell_about_proof
from registration.rules.proofs import (
    REMIND_BEFORE,
    due_after_news,
    is_over,
    is_time_to_remind,
)
from registration.states import PROOF_OWED_BY_HER, ProofAction, ProofState, RegistrationState

MOST_AT_ONCE = 200


def ask_for_proofs(*, at: dt.datetime) -> int:
    """Write to whoever has a confirmed place and was not asked yet. How many."""
    found = StatusProof.objects.owed().filter(asked_at__isnull=True).order_by("pk")
    return sum(_ask(proof_id, at=at) for proof_id in _some(found))


def remind_of_proofs(*, at: dt.datetime) -> int:
    """Write once to whose date is near. How many."""
    found = StatusProof.objects.owed().filter(
        reminded_at__isnull=True,
        due_at__gt=at,
        due_at__lte=at + REMIND_BEFORE,
        asked_at__lt=F("due_at") - REMIND_BEFORE - dt.timedelta(days=1),
    )
    return sum(_remind(proof_id, at=at) for proof_id in _some(found.order_by("due_at", "pk")))


def expire_proofs(*, at: dt.datetime) -> int:
    """Charge the full price to whose date is over. Again changes nothing. How many."""
    found = StatusProof.objects.owed().filter(asked_at__isnull=False, due_at__lte=at)
    return sum(_expire(proof_id, at=at) for proof_id in _some(found.order_by("due_at", "pk")))


def _some(found: QuerySet[StatusProof]) -> list[int]:
    return list(found.values_list("pk", flat=True)[:MOST_AT_ONCE])


@transaction.atomic
def _ask(proof_id: int, *, at: dt.datetime) -> bool:
    order, proof = lock_proof(proof_id)
    if not _is_owed(proof) or proof.asked_at is not None:
        return False
    proof.asked_at = at
    proof.due_at = due_after_news(proof.due_at, at=at, zone=proof.event.zone)
    proof.save(update_fields=("asked_at", "due_at"))
    note(ProofAction.ASKED, proof, actor=None, at=at)
    tell_about_proof("proof_asked", order, proof, at=at)
    return True


@transaction.atomic
def _remind(proof_id: int, *, at: dt.datetime) -> bool:
    order, proof = lock_proof(proof_id)
    if not _is_owed(proof) or not is_time_to_remind(
        proof.due_at, asked_at=proof.asked_at, reminded_at=proof.reminded_at, at=at
    ):
        return False
    proof.reminded_at = at
    proof.save(update_fields=("reminded_at",))
    note(ProofAction.REMINDED, proof, actor=None, at=at)
    tell_about_proof("proof_reminder", order, proof, at=at)
    return True


@transaction.atomic
def _expire(proof_id: int, *, at: dt.datetime) -> bool:
    order, proof = lock_proof(proof_id)
    if not _is_owed(proof) or not is_over(
        ProofState(proof.state), due=proof.due_at, asked_at=proof.asked_at, at=at
    ):
        return False
    move(proof, ProofState.EXPIRED)
    is_new = not proof.is_charged  # who was charged before and rejected again is not charged twice
    if is_new:
        charge_difference(order, proof, at=at)
    proof.save(update_fields=("state", "charged_at"))
    note(
        ProofAction.EXPIRED, proof, actor=None, at=at,
        difference_minor=proof.difference.amount_minor if is_new else 0,
    )  # fmt: skip
    if is_new:
        tell_about_proof("proof_expired", order, proof, at=at, also_who_pays=True)
    return True


def _is_owed(proof: StatusProof) -> bool:
    return (
        proof.state in PROOF_OWED_BY_HER and proof.registration.state == RegistrationState.CONFIRMED
    )
