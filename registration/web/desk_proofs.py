"""The reviewer's queue of proofs: one after the other, by keyboard or by buttons."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from conference.access import access, team
from conference.kernel.errors import DomainError, TransitionRefused
from conference.states import Role
from registration.models import StatusProof
from registration.operations.proving import approve_proof, reject_proof
from registration.queries.proofs import (
    ProofOnTheDesk,
    proof_counts,
    proof_on_the_desk,
    proofs_found,
)
from registration.states import ProofState
from registration.web.proof_forms import DecisionForm, RejectProofForm
from registration.web.proofs import private_file

PAGE_SIZE = 50


@access(team(Role.ORGANISER))
@require_GET
def proofs(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    state = request.GET.get("state", ProofState.SUBMITTED.value)
    found = proofs_found(request.event, state=state)
    counts = proof_counts(request.event)
    return render(
        request,
        "registration/proofs/desk_list.html",
        {
            "event": request.event,
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
            "state": state,
            "states": [
                (value, f"{label} ({counts[value]})") for value, label in ProofState.choices
            ],
        },
    )


@access(team(Role.ORGANISER))
@require_GET
@never_cache
def proof(request: Any, event_slug: str, proof_id: int) -> HttpResponse:  # noqa: ARG001
    return _show(request, _found(request, proof_id))


@access(team(Role.ORGANISER))
@require_GET
@never_cache
def proof_file(request: Any, event_slug: str, proof_id: int) -> HttpResponse:  # noqa: ARG001
    return private_file(request, _found(request, proof_id).proof)


@access(team(Role.ORGANISER))
@require_POST
def approve(request: Any, event_slug: str, proof_id: int) -> HttpResponse:
    found = _found(request, proof_id)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            approve_proof(
                proof_id=proof_id,
                submission=form.cleaned_data["submission"],
                actor=request.user,
                at=timezone.now(),
            )
        except TransitionRefused:
            return _decided_by_another(request, event_slug, found)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The proof is approved and the person was told."))
            return _onwards(event_slug, found.next_waiting)
    return _show(request, _found(request, proof_id), approve_form=form)


@access(team(Role.ORGANISER))
@require_POST
def reject(request: Any, event_slug: str, proof_id: int) -> HttpResponse:
    found = _found(request, proof_id)
    form = RejectProofForm(request.POST)
    if form.is_valid():
        try:
            reject_proof(
                proof_id=proof_id, actor=request.user, at=timezone.now(), **form.cleaned_data
            )
        except TransitionRefused:
            return _decided_by_another(request, event_slug, found)
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The proof is rejected and the person was told why."))
            return _onwards(event_slug, found.next_waiting)
    return _show(request, _found(request, proof_id), reject_form=form)


def _decided_by_another(request: Any, event_slug: str, found: ProofOnTheDesk) -> HttpResponse:
    """Two reviewers work on one queue: whoever comes second sees what the first said."""
    messages.warning(
        request, _("Nothing was changed: this proof does not wait for a decision any more.")
    )
    return redirect("registration:desk_proof", event_slug, found.proof.pk)


def _onwards(event_slug: str, following: StatusProof | None) -> HttpResponse:
    if following is None:
        return redirect("registration:desk_proofs", event_slug)
    return redirect("registration:desk_proof", event_slug, following.pk)


def _found(request: Any, proof_id: int) -> ProofOnTheDesk:
    found = proof_on_the_desk(request.event, proof_id)
    if found is None:
        raise Http404
    return found


def _show(
    request: Any,
    found: ProofOnTheDesk,
    *,
    approve_form: DecisionForm | None = None,
    reject_form: RejectProofForm | None = None,
) -> HttpResponse:
    seen = {"submission": found.proof.submissions}
    return render(
        request,
        "registration/proofs/desk_proof.html",
        {
            "event": request.event,
            "found": found,
            "proof": found.proof,
            "registration": found.proof.registration,
            "approve_form": approve_form or DecisionForm(initial=seen),
            "reject_form": reject_form or RejectProofForm(initial=seen),
        },
        status=422 if approve_form or reject_form else 200,
    )
