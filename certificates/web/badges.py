"""The organiser's desk: ordering the badges."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from certificates.exports.badge_pdf import BadgeLayout
from certificates.operations.badges import BADGES_JOB, request_badges
from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.queries import jobs_of_event
from conference.states import Role
from registration.queries.desk import badge_numbers


class BadgesForm(forms.Form):
    layout = forms.ChoiceField(
        label=_("Paper"),
        choices=BadgeLayout.choices,
        initial=BadgeLayout.SHEET,
        widget=forms.RadioSelect,
    )
    only_new = forms.BooleanField(label=_("Only for those without a printed badge"), required=False)


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def badges(request: Any, event_slug: str) -> HttpResponse:
    form = BadgesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            job = request_badges(
                event_id=request.event.pk,
                layout=form.cleaned_data["layout"],
                only_new=form.cleaned_data["only_new"],
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect("conference:job", event_slug, job.uid)
    return render(
        request,
        "certificates/desk/badges.html",
        {
            "event": request.event,
            "form": form,
            "numbers": badge_numbers(request.event),
            "jobs": jobs_of_event(request.event).filter(kind=BADGES_JOB)[:5],
        },
        status=422 if form.errors else 200,
    )
