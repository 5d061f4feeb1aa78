"""Reads about proofs of a status. Their files are opened here for who may see them, and nowhere else."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from conference.kernel import content_store
from conference.kernel.money import Money
from conference.kernel.sealed_text import unseal_bytes
from conference.models import Event
from registration.models import Registration, StatusProof
from registration.queries.money import kept_minor
from registration.queries.orders import owed_minor
from registration.rules.proofs import ProofNotWanted, require_may_submit
from registration.states import ProofState, RegistrationState

FILE_PURPOSE = "registration.status_proof.file"


@dataclass(frozen=True, slots=True)
class ProofOfPerson:
    """Her proof as her page shows it, and whether she may send a file now and why not."""

    proof: StatusProof
    may_submit: bool
    why_not: str
    is_due: bool

    @property
    def is_her_turn(self) -> bool:
        return self.may_submit and self.proof.state != ProofState.SUBMITTED


def proof_of_person(registration: Registration, *, at: dt.datetime) -> ProofOfPerson | None:
    """None if her price needs no proof. Read the registration with its proof, and this asks nothing."""
    proof: StatusProof | None = getattr(registration, "status_proof", None)
    if proof is None:
        return None
    event = registration.event
    try:
        require_may_submit(
            ProofState(proof.state),
            is_held=registration.state in (RegistrationState.PENDING, RegistrationState.CONFIRMED),
            is_event_over=at.astimezone(event.zone).date() > event.last_day,
        )
    except ProofNotWanted as refusal:
        return ProofOfPerson(proof, may_submit=False, why_not=str(refusal), is_due=False)
    return ProofOfPerson(proof, may_submit=True, why_not="", is_due=at >= proof.due_at)


def proofs_found(event: Event, *, state: str) -> QuerySet[StatusProof]:
    """The queue, who waits longest first; in other states whose date is next."""
    found = StatusProof.objects.filter(event=event).select_related(
        "registration__ticket_type", "registration__order"
    )
    if state == ProofState.SUBMITTED:
        return found.waiting().order_by("submitted_at", "pk")
    if state in ProofState.values:
        found = found.filter(state=state)
    return found.order_by("due_at", "pk")


def proof_counts(event: Event) -> dict[str, int]:
    """How many there are in each state; places that have ended count in none."""
    numbers = StatusProof.objects.filter(event=event).of_held_places().order_by()
    found = dict(numbers.values_list("state").annotate(number=Count("pk")))
    return {state: found.get(state, 0) for state in ProofState.values}


@dataclass(frozen=True, slots=True)
class ProofOnTheDesk:
    """A proof beside what the person said, and the one to be looked at after it."""

    proof: StatusProof
    next_waiting: StatusProof | None
    previous_waiting: StatusProof | None
    still_waiting: int
    owed: Money
    too_much: Money


def proof_on_the_desk(event: Event, proof_id: int) -> ProofOnTheDesk | None:
    proof = (
        StatusProof.objects.filter(event=event, pk=proof_id)
        .select_related(
            "event", "file", "decided_by", "registration__ticket_type", "registration__order"
        )
        .first()
    )
    if proof is None:
        return None
    others = StatusProof.objects.filter(event=event).waiting().exclude(pk=proof_id)
    order = proof.registration.order
    owed = owed_minor(order)
    return ProofOnTheDesk(
        proof=proof,
        next_waiting=_next(proof, others),
        previous_waiting=_previous(proof, others),
        still_waiting=others.count(),
        owed=Money(max(owed, 0), order.currency),
        too_much=Money(min(max(-owed, 0), kept_minor(order)), order.currency),
    )


def _next(proof: StatusProof, others: QuerySet[StatusProof]) -> StatusProof | None:
    """The next of the queue; behind its end its beginning."""
    in_order = others.order_by("submitted_at", "pk")
    behind = Q(submitted_at__gt=proof.submitted_at) | Q(
        submitted_at=proof.submitted_at, pk__gt=proof.pk
    )
    later = in_order.filter(behind).first() if proof.submitted_at else None
    return later or in_order.first()


def _previous(proof: StatusProof, others: QuerySet[StatusProof]) -> StatusProof | None:
    if proof.submitted_at is None:
        return None
    before = Q(submitted_at__lt=proof.submitted_at) | Q(
        submitted_at=proof.submitted_at, pk__lt=proof.pk
    )
    return others.filter(before).order_by("-submitted_at", "-pk").first()


def file_of_proof(proof: StatusProof) -> bytes:
    """
    The picture or PDF, opened for whoever may see it.

    :raises FileNotFoundError: if there is none, or it is gone from the disk.
    :raises ValueError: if it was changed on the disk.
    """
    if proof.file is None:
        raise FileNotFoundError(f"Proof {proof.pk} has no file.")
    sealed = content_store.load(Path(settings.MEDIA_ROOT), proof.file.sha256)
    return unseal_bytes(sealed, purpose=FILE_PURPOSE)
