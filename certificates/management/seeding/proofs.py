"""Proofs of status of the demo's residents and students, each at some point of its life."""

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from django.utils.translation import override
from PIL import Image, ImageDraw, ImageFont

from conference.models import Event, HistoryEntry, User
from registration.models import Registration, RegistrationPolicy, StatusProof, TicketType
from registration.operations.proving import submit_proof
from registration.rules.proofs import REASONS, REMIND_BEFORE, due_after_news, due_at
from registration.states import ProofAction, ProofState

# What the first few of those who had the time to be looked at come to; all others are approved.
FIRST = [ProofState.SUBMITTED, ProofState.APPROVED, ProofState.MISSING, ProofState.REJECTED]
# From asking to sending, from sending to the decision: with the file's days, it is over by then.
LONGEST_ROAD = dt.timedelta(days=3)
SUBMITTING_BEGAN = dt.timedelta(hours=30)


def seed_proofs(
    event: Event, registrations: Sequence[Registration], *, random: Random, at: dt.datetime
) -> None:
    """One for each registration whose price has to be proved, with its history."""
    owing = [one for one in registrations if one.ticket_type.without_proof_id]
    policy = RegistrationPolicy.objects.get(event=event)
    reviewer = User.objects.filter(memberships__event=event).order_by("pk").first()
    full = {ticket.pk: ticket for ticket in TicketType.objects.filter(event=event)}
    keep = dt.timedelta(days=policy.proof_file_days)
    proofs = [
        _lived(
            _new(one, full[one.ticket_type.without_proof_id or 0], event, policy), state,
            reviewer=reviewer, keep=keep, random=random, at=at,
        )
        for one, state in _states(owing, newest=at - LONGEST_ROAD - keep)
    ]  # fmt: skip
    # They are sent by the operation, which keeps their files.
    sent = {proof.registration_id for proof in proofs if proof.state == ProofState.SUBMITTED}
    for proof in proofs:
        if proof.registration_id in sent:
            proof.state = ProofState.MISSING
    StatusProof.objects.bulk_create(proofs, batch_size=1000)
    lines = [line for proof in proofs for line in _lines(proof)]
    HistoryEntry.objects.bulk_create(
        sorted(lines, key=lambda line: line.occurred_at), batch_size=2000
    )
    papers = [_paper("JPEG"), _paper("PDF")]
    for number, proof in enumerate(one for one in proofs if one.registration_id in sent):
        submit_proof(
            proof_id=proof.pk, raw=papers[number % 2], said="", actor=None,
            at=max(proof.asked_at or at, at - SUBMITTING_BEGAN * random.random()),
        )  # fmt: skip


def _states(
    owing: list[Registration], *, newest: dt.datetime
) -> Iterator[tuple[Registration, ProofState | None]]:
    """What becomes of each; None for who has no confirmed place, and so is not asked yet."""
    looked_at = recent = 0
    for one in owing:
        if one.confirmed_at is None:
            yield one, None
        elif one.confirmed_at > newest:
            recent += 1
            yield one, ProofState.SUBMITTED if recent % 4 else ProofState.MISSING
        else:
            yield one, FIRST[looked_at] if looked_at < len(FIRST) else ProofState.APPROVED
            looked_at += 1


def _new(
    registration: Registration, full: TicketType, event: Event, policy: RegistrationPolicy
) -> StatusProof:
    return StatusProof(
        event=event, registration=registration, profession=registration.profession,
        due_at=due_at(
            at=registration.registered_at, days=policy.proof_days, not_before=policy.proof_until,
            last_day=event.last_day, zone=event.zone,
        ),
        status_price_minor=registration.price_minor,
        status_list_price_minor=registration.list_price_minor,
        status_price_reason=registration.price_reason, full_price_minor=full.price_minor,
        full_list_price_minor=full.price_minor, currency=registration.currency,
    )  # fmt: skip


def _lived(
    proof: StatusProof, state: ProofState | None, *, reviewer: User | None, keep: dt.timedelta,
    random: Random, at: dt.datetime,
) -> StatusProof:  # fmt: skip
    """The proof as its life has left it. Nobody is asked before her place is confirmed."""
    confirmed_at = proof.registration.confirmed_at
    if state is None or confirmed_at is None:
        return proof
    proof.state = state
    proof.asked_at = confirmed_at + dt.timedelta(minutes=1)
    reminding = proof.due_at - REMIND_BEFORE
    if state in (ProofState.APPROVED, ProofState.REJECTED):
        proof.submitted_at = proof.asked_at + dt.timedelta(minutes=random.randint(20, 60 * 40))
        proof.submissions, proof.media_type = 1, "image/jpeg"
        proof.decided_at = proof.submitted_at + dt.timedelta(minutes=random.randint(30, 60 * 30))
        proof.decided_by = reviewer
        proof.file_deleted_at = proof.decided_at + keep
    elif proof.asked_at < reminding - dt.timedelta(days=1) and reminding <= at:
        proof.reminded_at = reminding
    if state == ProofState.REJECTED and proof.decided_at is not None:
        with override(proof.registration.language):
            proof.rejection_reason = str(REASONS["out_of_date"])
        proof.due_at = due_after_news(proof.due_at, at=proof.decided_at, zone=proof.event.zone)
    return proof


def _lines(proof: StatusProof) -> Iterator[HistoryEntry]:
    """What the operations would have written, of an e-mail and a decision each."""
    moments: list[tuple[ProofAction, dt.datetime | None, User | None, dict[str, Any]]] = [
        (ProofAction.ASKED, proof.asked_at, None, {}),
        (ProofAction.REMINDED, proof.reminded_at, None, {}),
        (ProofAction.SUBMITTED, proof.submitted_at, None, {"submission": 1}),
        (
            ProofAction.REJECTED if proof.rejection_reason else ProofAction.APPROVED,
            proof.decided_at, proof.decided_by, {},
        ),
        (ProofAction.FILE_DELETED, proof.file_deleted_at, None, {}),
    ]  # fmt: skip
    for action, moment, actor, more in moments:
        if moment is not None:
            yield HistoryEntry(
                event_id=proof.event_id, occurred_at=moment, actor=actor, action=action.value,
                subject_type=StatusProof._meta.label_lower, subject_id=proof.pk,
                data={"registration": proof.registration_id, **more},
            )  # fmt: skip


def _paper(kind: str) -> bytes:
    """A small paper that says what it is: no picture of anybody's."""
    paper = Image.new("RGB", (620, 400), "white")
    pen = ImageDraw.Draw(paper)
    pen.rectangle((12, 12, 607, 387), outline="black", width=3)
    for height, size, words in (
        (70, 40, "CERTIFICADO"),
        (150, 24, "Hospital Escuela (demo)"),
        (200, 24, "La persona cursa la residencia"),
        (240, 24, "o la carrera de Medicina en 2026."),
        (330, 18, "Documento inventado. Sin valor."),
    ):
        pen.text((310, height), words, fill="black", font=ImageFont.load_default(size), anchor="mt")
    written = io.BytesIO()
    paper.save(written, kind)
    return written.getvalue()
