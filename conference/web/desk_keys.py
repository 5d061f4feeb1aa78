"""The organiser's desk: the keys of partners' programs."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.models import ApiKey, Event
from conference.operations.keys import LONGEST_NAME, NewKey, make_key, revoke_key
from conference.queries import keys_of_event
from conference.states import ApiScope, Role

FIELD_OF = {"expires_at": "last_day"}


class KeyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("For example the partner and its program."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it opens"),
        choices=ApiScope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day on which it holds"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    at = timezone.now()
    in_a_year = at.astimezone(request.event.zone).date() + dt.timedelta(days=365)
    form = KeyForm(request.POST or None, initial={"last_day": in_a_year.isoformat()})
    if request.method == "POST" and form.is_valid():
        try:
            made = make_key(
                event_id=request.event.pk,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                expires_at=_end_of(form.cleaned_data["last_day"], request.event),
                actor=request.user,
                at=at,
            )
        except DomainError as refusal:
            form.add_error(FIELD_OF.get(refusal.field or "", refusal.field), str(refusal))
        else:
            # No redirect: the key is in no row and no session, and is seen here alone.
            return _show(request, KeyForm(initial=form.initial), at=at, made=made)
    return _show(request, form, at=at)


@access(team(Role.ORGANISER))
@require_POST
def revoke(request: Any, event_slug: str, key_id: int) -> HttpResponse:
    try:
        key = revoke_key(
            key_id=key_id, event_id=request.event.pk, actor=request.user, at=timezone.now()
        )
    except ApiKey.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
    return redirect("conference:api_keys", event_slug)


def _end_of(day: dt.date, event: Event) -> dt.datetime:
    try:
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), event.zone).astimezone(
            dt.UTC
        )
    except OverflowError:  # the last day of the calendar
        return dt.datetime.max.replace(tzinfo=dt.UTC)


def _show(
    request: Any, form: KeyForm, *, at: dt.datetime, made: NewKey | None = None
) -> HttpResponse:
    response = render(
        request,
        "conference/desk/keys.html",
        {
            "event": request.event,
            "keys": keys_of_event(request.event),
            "scopes": dict(ApiScope.choices),
            "form": form,
            "made": made,
            "now": at,
        },
        status=422 if form.errors else 200,
    )
    response["Cache-Control"] = "private, no-store"
    return response
