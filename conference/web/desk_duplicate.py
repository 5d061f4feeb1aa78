"""The organiser's desk: next year's event out of this one."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.models import Event
from conference.operations.duplicating import (
    LONGEST_SLUG,
    duplicate_event,
    facts_of_copy,
    require_possible,
    what_would_be_copied,
)
from conference.rules import in_another_year
from conference.states import EventPart, Role

USUALLY = [EventPart.TEAM, EventPart.SESSIONS, EventPart.CREDITS]
A_YEAR = dt.timedelta(weeks=52)  # the same days of the week


class DuplicateForm(forms.Form):
    first_day = forms.DateField(
        label=gettext_lazy("First day of the new event"),
        help_text=gettext_lazy("Everything else moves by as many days; the hours stay."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    slug = forms.SlugField(
        label=gettext_lazy("Short name in addresses"),
        max_length=LONGEST_SLUG,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    parts = forms.MultipleChoiceField(
        label=gettext_lazy("Copy as well"),
        choices=EventPart.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                require_possible(cleaned["slug"], cleaned["first_day"])
            except DomainError as refusal:
                self.add_error(refusal.field, str(refusal))
        return cleaned


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def duplicate(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    form = DuplicateForm(request.POST or None, initial=_suggestion(request.event))
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            copy = duplicate_event(
                request.event.pk,
                slug=form.cleaned_data["slug"],
                first_day=form.cleaned_data["first_day"],
                parts=form.cleaned_data["parts"],
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(
                request,
                _("“%(event)s” is here. The public does not see it yet.") % {"event": copy},
            )
            return redirect("registration:desk", copy.slug)
    return _show(request, form)


def _suggestion(event: Event) -> dict[str, Any]:
    first_day = event.first_day + A_YEAR
    slug = in_another_year(event.slug, old=event.first_day.year, new=first_day.year)
    return {
        "first_day": first_day.isoformat(),
        "slug": slug if slug != event.slug else f"{event.slug}-{first_day.year}"[:LONGEST_SLUG],
        "parts": USUALLY,
    }


def _show(request: Any, form: DuplicateForm) -> HttpResponse:
    is_previewed = form.is_bound and form.is_valid()
    chosen = form.cleaned_data if is_previewed else _suggestion(request.event)
    first_day = chosen["first_day"]
    if isinstance(first_day, str):
        first_day = dt.date.fromisoformat(first_day)
    return render(
        request,
        "conference/desk/duplicate.html",
        {
            "event": request.event,
            "form": form,
            "copy": Event(**facts_of_copy(request.event, first_day=first_day)),
            "slug": chosen["slug"],
            "lines": what_would_be_copied(request.event, parts=chosen["parts"]),
        },
        status=422 if form.errors else 200,
    )
