"""The organiser's letters: who waits, one of them with its warnings, yes or no."""

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
from conference.kernel.errors import DomainError
from conference.states import Role
from registration.models import VisaLetter
from registration.operations.inviting import approve_letter, reject_letter, withdraw_letter
from registration.queries.documents import issuer_of
from registration.queries.letters import LetterOnTheDesk, letter_on_the_desk, letters_found
from registration.states import LetterState, WithdrawalCause
from registration.web.letter_forms import ApproveForm, RejectForm
from registration.web.letters import pdf_of_letter

PAGE_SIZE = 50


@access(team(Role.ORGANISER))
@require_GET
def letters(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    state = request.GET.get("state", LetterState.REQUESTED.value)
    found = letters_found(request.event, state=state)
    issuer = issuer_of(request.event)
    return render(
        request,
        "registration/letters/desk_list.html",
        {
            "event": request.event,
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
            "state": state,
            "states": LetterState.choices,
            "may_write": issuer and issuer.signer_name and issuer.migration_register,
        },
    )


@access(team(Role.ORGANISER))
@require_GET
@never_cache
def letter(request: Any, event_slug: str, letter_id: int) -> HttpResponse:  # noqa: ARG001
    return _show(request, _found(request, letter_id))


@access(team(Role.ORGANISER))
@require_GET
@never_cache
def letter_file(request: Any, event_slug: str, letter_id: int) -> HttpResponse:
    found = _found(request, letter_id)
    if not found.letter.is_ready:
        messages.info(request, _("Its file is not made yet."))
        return redirect("registration:desk_letter", event_slug, letter_id)
    return pdf_of_letter(request, found.letter)


@access(team(Role.ORGANISER))
@require_POST
def approve(request: Any, event_slug: str, letter_id: int) -> HttpResponse:
    found = _found(request, letter_id)
    form = ApproveForm(request.POST)
    if form.is_valid():
        try:
            written = approve_letter(
                letter_id=letter_id,
                looked_twice=form.cleaned_data["looked_twice"],
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Letter %(number)s is approved; the person is told when its file is made.")
                % {"number": written.written_number},
            )
            return _onwards(event_slug, found.next_waiting)
    return _show(request, found, approve_form=form)


@access(team(Role.ORGANISER))
@require_POST
def reject(request: Any, event_slug: str, letter_id: int) -> HttpResponse:
    found = _found(request, letter_id)
    form = RejectForm(request.POST)
    if form.is_valid():
        try:
            reject_letter(
                letter_id=letter_id,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The request is rejected and the person was told."))
            return _onwards(event_slug, found.next_waiting)
    return _show(request, found, reject_form=form)


@access(team(Role.ORGANISER))
@require_POST
def withdraw(request: Any, event_slug: str, letter_id: int) -> HttpResponse:
    _found(request, letter_id)
    try:
        withdraw_letter(
            letter_id=letter_id,
            cause=WithdrawalCause.BY_ORGANISER,
            actor=request.user,
            at=timezone.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The letter is withdrawn, and its page says so."))
    return redirect("registration:desk_letter", event_slug, letter_id)


def _onwards(event_slug: str, following: VisaLetter | None) -> HttpResponse:
    """To the next who waits, so that a queue is worked without the mouse."""
    if following is None:
        return redirect("registration:desk_letters", event_slug)
    return redirect("registration:desk_letter", event_slug, following.pk)


def _found(request: Any, letter_id: int) -> LetterOnTheDesk:
    found = letter_on_the_desk(request.event, letter_id)
    if found is None:
        raise Http404
    return found


def _show(
    request: Any,
    found: LetterOnTheDesk,
    *,
    approve_form: ApproveForm | None = None,
    reject_form: RejectForm | None = None,
) -> HttpResponse:
    return render(
        request,
        "registration/letters/desk_letter.html",
        {
            "event": request.event,
            "found": found,
            "letter": found.letter,
            "registration": found.letter.registration,
            "passport": found.passport,
            "nationality": found.nationality,
            "approve_form": approve_form or ApproveForm(),
            "reject_form": reject_form or RejectForm(),
        },
        status=422 if approve_form or reject_form else 200,
    )
