"""Proofs of a status: sent by the person, decided by a reviewer, asked anew of who gets the place."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from conference.kernel import content_store
from conference.kernel.errors import TransitionRefused
from conference.kernel.job_kinds import FileContent
from conference.kernel.sealed_text import seal_bytes
from conference.kernel.states import require_transition
from conference.kernel.texts import clean_name
from conference.models import StoredFile, User
from conference.operations.history import record
from conference.operations.jobs import keep_file
from registration.imports.proof_file import read_proof
from registration.models import Order, Registration, RegistrationPolicy, StatusProof
from registration.operations.charging_status import give_difference_back
from registration.operations.locking import lock_order
from registration.operations.telling import tell
from registration.queries.proofs import FILE_PURPOSE
from registration.rules.proofs import (
    REASONS,
    ProofReplaced,
    due_after_news,
    due_at,
    require_may_submit,
)
from registration.states import (
    PROOF_OWED_BY_HER,
    PROOF_TRANSITIONS,
    ProofAction,
    ProofState,
    RegistrationState,
)

SEALED_TYPE = "application/octet-stream"
LONGEST_REASON = 300
HELD = (RegistrationState.PENDING, RegistrationState.CONFIRMED)


def submit_proof(
    *, proof_id: int, raw: bytes, said: str, actor: User | None, at: dt.datetime
) -> StatusProof:
    """
    Keep what the person sends, in place of what she sent before. A reviewer decides.

    :raises FileRefused: if it is no PDF, JPG or PNG that can be opened, or too large.
    :raises ProofNotWanted: if her status is proved already, or her place or the event is over.
    """
    said = clean_name(said, field="said", required=False)
    given = read_proof(raw)  # outside any lock: pictures take their time
    sealed = seal_bytes(given.content, purpose=FILE_PURPOSE)
    with transaction.atomic():
        _order, proof = lock_proof(proof_id)
        event = proof.event
        require_may_submit(
            ProofState(proof.state),
            is_held=proof.registration.state in HELD,
            is_event_over=at.astimezone(event.zone).date() > event.last_day,
        )
        move(proof, ProofState.SUBMITTED)
        forget_file(proof)
        proof.file = keep_file(FileContent(sealed, SEALED_TYPE), at=at)
        proof.media_type, proof.said = given.media_type, said
        proof.submitted_at, proof.file_deleted_at = at, None
        proof.submissions += 1
        proof.decided_at = proof.decided_by = None
        proof.rejection_reason = ""
        proof.save(
            update_fields=(
                "state", "file", "media_type", "said", "submitted_at", "file_deleted_at",
                "submissions", "decided_at", "decided_by", "rejection_reason",
            )
        )  # fmt: skip
        note(ProofAction.SUBMITTED, proof, actor=actor, at=at, submission=proof.submissions)
    return proof


@transaction.atomic
def approve_proof(*, proof_id: int, submission: int, actor: User, at: dt.datetime) -> StatusProof:
    """
    Believe it. If the full price was charged meanwhile, the difference is given back in the ledger.

    `submission` is the number of the file the reviewer looked at.

    :raises ProofReplaced: if the person sent another file meanwhile.
    :raises TransitionRefused: if somebody has decided already.
    """
    order, proof = _to_decide(proof_id, submission=submission, new=ProofState.APPROVED)
    was_charged = proof.is_charged
    if was_charged:
        give_difference_back(order, proof, actor=actor, at=at)
    _decide(proof, reason="", actor=actor, at=at)
    note(ProofAction.APPROVED, proof, actor=actor, at=at)
    tell_about_proof("proof_approved", order, proof, at=at, was_charged=was_charged)
    return proof


@transaction.atomic
def reject_proof(
    *, proof_id: int, submission: int, choice: str, reason: str, actor: User, at: dt.datetime
) -> StatusProof:
    """
    Say no, with a reason that the person reads. She has some days to send another one.

    `choice` is one of `rules.proofs.REASONS`, said in her language; with any other word `reason` is needed.

    :raises ProofReplaced, TransitionRefused: as for an approval.
    :raises InputRefused: without a reason.
    """
    reason = clean_name(reason, field="reason", required=choice not in REASONS)
    order, proof = _to_decide(proof_id, submission=submission, new=ProofState.REJECTED)
    with override(order.language):
        sentence = str(REASONS.get(choice, ""))
    reason = " ".join(part for part in (sentence, reason) if part)[:LONGEST_REASON]
    proof.due_at = due_after_news(proof.due_at, at=at, zone=proof.event.zone)
    _decide(proof, reason=reason, actor=actor, at=at)
    note(ProofAction.REJECTED, proof, actor=actor, at=at)
    tell_about_proof("proof_rejected", order, proof, at=at)
    return proof


def ask_anew(
    registration: Registration, *, policy: RegistrationPolicy, actor: User | None, at: dt.datetime
) -> None:
    """
    The place is somebody else's now: she proves it herself, if she has such a status at all.

    The caller has locked order and registration, and is inside a transaction.
    """
    proof = (
        StatusProof.objects.select_for_update(of=("self",))
        .select_related("event")
        .filter(registration=registration)
        .first()
    )
    if proof is None:
        return
    is_claimed = proof.is_of_ticket or registration.profession in policy.proof_professions
    move(proof, ProofState.MISSING if is_claimed else ProofState.NOT_NEEDED)
    forget_file(proof)
    proof.profession = registration.profession
    proof.said = proof.rejection_reason = proof.media_type = ""
    # `submissions` counts on: the number of a file that a reviewer has before her stays its own.
    for name in (
        "asked_at", "reminded_at", "submitted_at", "decided_at", "decided_by", "file",
        "file_deleted_at",
    ):  # fmt: skip
        setattr(proof, name, None)
    event = proof.event
    proof.due_at = due_at(
        at=at, days=policy.proof_days, not_before=policy.proof_until, last_day=event.last_day,
        zone=event.zone,
    )  # fmt: skip
    proof.save()
    note(ProofAction.ASKED_ANEW, proof, actor=actor, at=at, state=proof.state)


def expect_again(registration: Registration, *, at: dt.datetime) -> None:
    """
    A place that had ended is hers again: what ran out meanwhile has some days more, and a file
    that was deleted meanwhile is asked for again.

    The caller has locked order and registration, and is inside a transaction.
    """
    proof = (
        StatusProof.objects.select_for_update(of=("self",))
        .select_related("event")
        .filter(registration=registration)
        .first()
    )
    if proof is None:
        return
    if proof.state == ProofState.SUBMITTED and proof.file_id is None:
        move(proof, ProofState.MISSING)
        proof.asked_at = proof.reminded_at = None
    if proof.state in PROOF_OWED_BY_HER:
        proof.due_at = due_after_news(proof.due_at, at=at, zone=proof.event.zone)
        proof.save(update_fields=("state", "due_at", "asked_at", "reminded_at"))


def _to_decide(proof_id: int, *, submission: int, new: ProofState) -> tuple[Order, StatusProof]:
    """
    The proof, locked and moved on. Two reviewers: the second finds it decided and is refused.
    """
    order, proof = lock_proof(proof_id)
    if proof.registration.state not in HELD:
        raise TransitionRefused(_("This place is not held any more."))
    move(proof, new)
    if proof.submissions != submission:
        raise ProofReplaced(_("The person sent another file meanwhile. Please look at it."))
    return order, proof


def _decide(proof: StatusProof, *, reason: str, actor: User, at: dt.datetime) -> None:
    proof.rejection_reason = reason
    proof.decided_at, proof.decided_by = at, actor
    proof.save(
        update_fields=(
            "state", "rejection_reason", "decided_at", "decided_by", "due_at", "charged_at",
        )
    )  # fmt: skip


def lock_proof(proof_id: int) -> tuple[Order, StatusProof]:
    """The order, the registration, then the proof: money may move."""
    order_id = StatusProof.objects.values_list("registration__order_id", flat=True).get(pk=proof_id)
    order = lock_order(order_id)
    registration_id = StatusProof.objects.values_list("registration_id", flat=True).get(pk=proof_id)
    registration = (
        order.registrations.select_for_update(of=("self",))
        .select_related("ticket_type")
        .get(pk=registration_id)
    )
    proof = (
        StatusProof.objects.select_for_update(of=("self",))
        .select_related("event__venue", "file")
        .get(pk=proof_id)
    )
    registration.event = order.event
    proof.registration = registration
    return order, proof


def move(proof: StatusProof, new: ProofState) -> None:
    """:raises TransitionRefused: if no arrow leads there."""
    require_transition(PROOF_TRANSITIONS, old=ProofState(proof.state), new=new)
    proof.state = new


def forget_file(proof: StatusProof) -> bool:
    """
    Take the proof's file away; the caller saves the proof. Whether there was one.

    Each file is sealed for itself, so no other row has the same bytes.
    """
    file = proof.file
    if file is None:
        return False
    proof.file = None
    StatusProof.objects.filter(pk=proof.pk).update(file=None, file_deleted_at=proof.submitted_at)
    StoredFile.objects.filter(pk=file.pk).delete()
    path = content_store.path_of(Path(settings.MEDIA_ROOT), file.sha256)
    # After the commit: a file without a row is litter, a row without its file is a fault.
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return True


def note(
    action: ProofAction, proof: StatusProof, *, actor: User | None, at: dt.datetime, **more: Any
) -> None:
    data = {"registration": proof.registration_id, **more}
    record(action, event=proof.event, subject=proof, actor=actor, at=at, data=data)


def tell_about_proof(
    kind: str,
    order: Order,
    proof: StatusProof,
    *,
    at: dt.datetime,
    also_who_pays: bool = False,
    **more: Any,
) -> None:
    """Write to the person; of money, also to who pays for her."""
    registration = proof.registration
    page = reverse("registration:proof", args=[registration.token])
    tell(
        kind, order=order, registration=registration, event=proof.event, at=at,
        to_address="" if also_who_pays else registration.email,
        proof=proof, proof_url=settings.SITE_URL + page,
        full_price=proof.full_price.written(order.language),
        status_price=proof.status_price.written(order.language),
        difference=proof.difference.written(order.language), **more,
    )  # fmt: skip
