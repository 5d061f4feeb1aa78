"""Prices and lists of members in and out of files."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.states import Role
from registration.exports.price_table import render_price_table
from registration.imports.members import read_members
from registration.imports.price_table import read_price_lines
from registration.imports.tables import MOST_BYTES
from registration.models import Society
from registration.operations.importing_prices import import_members, import_prices
from registration.queries.price_lines import LineReport, price_lines_of, reports_of


class TextOrFileForm(forms.Form):
    """A list that is pasted or comes from a file; the file wins. `content` is its bytes."""

    file = forms.FileField(
        label=gettext_lazy("File (CSV)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )
    text = forms.CharField(
        label=gettext_lazy("or paste it here"),
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        file = typed.get("file")
        if file is not None and file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large."))
        content = file.read() if file is not None else (typed.get("text") or "").encode()
        if not content.strip():
            raise forms.ValidationError(_("Please choose a file or paste the list."))
        typed["content"] = content
        return typed


class MembersForm(TextOrFileForm):
    is_whole = forms.BooleanField(
        label=gettext_lazy("This is the whole list: take out who is not in it"), required=False
    )


@access(team(Role.ORGANISER))
@require_safe
def prices_csv(request: Any, event_slug: str) -> HttpResponse:
    return HttpResponse(
        render_price_table(price_lines_of(request.event)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="prices-{event_slug}.csv"'},
    )


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def prices_import(request: Any, event_slug: str) -> HttpResponse:
    """
    First a preview that changes nothing, then the same text again to be applied.

    The preview carries the text itself: nothing is kept between the two.
    """
    form = TextOrFileForm(request.POST or None, request.FILES or None)
    reports: list[LineReport] | None = None
    encoding = ""
    if request.method == "POST" and form.is_valid():
        try:
            encoding, lines = read_price_lines(form.cleaned_data["content"])
            if "apply" in request.POST:
                applied = import_prices(
                    event=request.event, lines=lines, actor=request.user, at=timezone.now()
                )
                return _applied(request, event_slug, applied)
            reports = reports_of(request.event, lines)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
    text = ""
    if reports is not None:
        codec = {"UTF-16": "utf-16", "Windows-1252": "cp1252"}.get(encoding, "utf-8-sig")
        text = form.cleaned_data["content"].decode(codec)
    return render(
        request,
        "registration/catalogue/prices_import.html",
        {
            "event": request.event,
            "form": form,
            "reports": reports,
            "encoding": encoding,
            "text": text,
            "will_change": sum(one.outcome in CHANGING for one in reports or ()),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )


CHANGING = ("new", "changed", "taken_out")


def _applied(request: Any, event_slug: str, reports: list[LineReport]) -> HttpResponse:
    changed = sum(one.outcome in CHANGING for one in reports)
    refused = sum(one.outcome == "refused" for one in reports)
    messages.success(
        request,
        _("Prices changed: %(changed)d. Rows left out: %(refused)d.")
        % {"changed": changed, "refused": refused},
    )
    return redirect("registration:prices", event_slug)


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: Any, event_slug: str, pk: int) -> HttpResponse:
    society = Society.objects.filter(event=request.event, pk=pk).first()
    if society is None:
        raise Http404
    form = MembersForm(request.POST or None, request.FILES or None)
    refused: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            found = read_members(form.cleaned_data["content"])
            done = import_members(
                event=request.event, society_id=pk, members=found,
                is_whole=form.cleaned_data["is_whole"], actor=request.user, at=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            words = _("Added: %(added)d. Known already: %(known)d. Taken out: %(removed)d.")
            messages.success(
                request,
                words % {"added": done.added, "known": done.known, "removed": done.removed},
            )
            if not found.refused:
                return redirect("registration:prices", event_slug)
            refused = found.refused
    return render(
        request,
        "registration/catalogue/members.html",
        {
            "event": request.event,
            "society": society,
            "number": society.members.count(),
            "form": form,
            "refused": refused,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )
