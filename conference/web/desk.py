"""The organiser's desk: the team and the history of an event."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.models import Membership
from conference.operations.teams import invite_member, remove_member
from conference.queries import history_of_event, members_of_event
from conference.states import Role


class MemberForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, initial=Role.DOOR)


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: Any, event_slug: str) -> HttpResponse:
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = invite_member(
                event_id=request.event.pk,
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(
                request, _("%(email)s is in the team now.") % {"email": member.user.email}
            )
            return redirect("conference:team", event_slug)
    return render(
        request,
        "conference/desk/team.html",
        {"event": request.event, "members": members_of_event(request.event), "form": form},
        status=422 if form.errors else 200,
    )


@access(team(Role.ORGANISER))
@require_POST
def remove(request: Any, event_slug: str, membership_id: int) -> HttpResponse:
    try:
        remove_member(
            membership_id=membership_id,
            event_id=request.event.pk,
            actor=request.user,
            at=timezone.now(),
        )
    except Membership.DoesNotExist as error:
        raise Http404 from error
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The role was taken away."))
    return redirect("conference:team", event_slug)


@access(team(Role.ORGANISER))
@require_GET
def history(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    page = Paginator(history_of_event(request.event), 50).get_page(request.GET.get("page"))
    return render(request, "conference/desk/history.html", {"event": request.event, "page": page})
