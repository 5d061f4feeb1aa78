"""The bank's statement: imported, and its lines confirmed by an organiser."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.states import Role
from registration.operations.importing_statements import (
    dismiss_lines,
    import_statement,
    record_lines,
)
from registration.queries.statements import currencies_of, open_lines
from registration.rules.matching import SURE_PERCENT
from registration.web.money_forms import StatementForm

PAGE_SIZE = 100


@access(team(Role.ORGANISER))
@require_GET
def statement(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    return _show(request)


@access(team(Role.ORGANISER))
@require_POST
def upload(request: Any, event_slug: str) -> HttpResponse:
    form = StatementForm(request.POST, request.FILES, currencies=currencies_of(request.event))
    if not form.is_valid():
        return _show(request, form=form)
    try:
        imported = import_statement(
            event_id=request.event.pk,
            raw=form.cleaned_data["file"].read(),
            currency=form.cleaned_data["currency"],
            actor=request.user,
            at=timezone.now(),
        )
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _show(request, form=form)
    messages.success(
        request,
        _(
            "%(new)d new credits, %(known)d known already, %(debits)d debits left out (%(encoding)s, “%(delimiter)s”)."
        )
        % {
            "new": imported.new,
            "known": imported.known,
            "debits": imported.statement.skipped_debits,
            "encoding": imported.statement.encoding,
            "delimiter": {"\t": "Tab"}.get(
                imported.statement.delimiter, imported.statement.delimiter
            ),
        },
    )
    for number, problem in imported.statement.problems[:10]:
        messages.warning(
            request, _("Line %(number)d: %(problem)s") % {"number": number, "problem": problem}
        )
    return redirect("registration:desk_statement", event_slug)


@access(team(Role.ORGANISER))
@require_POST
def decide(request: Any, event_slug: str) -> HttpResponse:
    line_ids = [int(text) for text in request.POST.getlist("line") if _is_id(text)]
    if request.POST.get("act") == "dismiss":
        number = dismiss_lines(
            event_id=request.event.pk, line_ids=line_ids, actor=request.user, at=timezone.now()
        )
        messages.success(
            request,
            ngettext("%(number)d line put aside.", "%(number)d lines put aside.", number)
            % {"number": number},
        )
        return redirect("registration:desk_statement", event_slug)
    done = record_lines(
        event_id=request.event.pk,
        references={pk: request.POST.get(f"reference-{pk}", "")[:40] for pk in line_ids},
        actor=request.user,
        at=timezone.now(),
    )
    messages.success(
        request,
        ngettext("%(number)d payment recorded.", "%(number)d payments recorded.", done.recorded)
        % {"number": done.recorded},
    )
    for line, sentence in done.refused[:20]:
        messages.error(request, f"{line.booked_on:%d.%m.%Y} {line.text[:60]}: {sentence}")
    return redirect("registration:desk_statement", event_slug)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _show(request: Any, *, form: StatementForm | None = None) -> HttpResponse:
    page = Paginator(open_lines(request.event), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "registration/desk/statement.html",
        {
            "event": request.event,
            "form": form or StatementForm(currencies=currencies_of(request.event)),
            "page": page,
            "sure_percent": SURE_PERCENT,
        },
        status=422 if form is not None else 200,
    )
