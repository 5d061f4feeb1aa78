"""The shop as a given person sees it at a given time: nothing on this page sells anything."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django_countries import countries

from conference.access import access, team
from conference.states import Role
from registration.queries.offers import Asker
from registration.queries.previewing import preview_of
from registration.rules.amounts import CURRENCIES
from registration.states import Profession
from registration.web.catalogue.fields import MomentField


class PreviewForm(forms.Form):
    """Whom to be, and when. All of it may stay empty."""

    country = forms.ChoiceField(label=_("Country of practice"), required=False)
    profession = forms.ChoiceField(label=_("Profession"), required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("To know of which society she is a member.")
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    code = forms.CharField(label=_("Code"), required=False, max_length=40)
    moment = MomentField(label=_("When"), required=False, help_text=_("Left empty: now."))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        empty = ("", "—")
        self._offer("country", [empty, *countries])
        self._offer("profession", [empty, *Profession.choices])
        self._offer("currency", [empty, *((each, each) for each in CURRENCIES)])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices

    @property
    def asker(self) -> Asker:
        typed = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return Asker(
            country=typed.get("country", ""),
            profession=typed.get("profession", ""),
            currency=typed.get("currency", ""),
            voucher_code=typed.get("code", ""),
        )

    @property
    def typed_email(self) -> str:
        return self.cleaned_data.get("email", "") if self.is_bound and self.is_valid() else ""

    def at(self, now: dt.datetime) -> dt.datetime:
        typed = self.cleaned_data.get("moment") if self.is_bound and self.is_valid() else None
        return typed or now


@access(team(Role.ORGANISER))
@require_safe
def preview(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    with timezone.override(request.event.zone):
        form = PreviewForm(request.GET or None)
        at = form.at(timezone.now())
        return render(
            request,
            "registration/catalogue/preview.html",
            {
                "event": request.event,
                "form": form,
                "at": at,
                "found": preview_of(request.event, form.asker, email=form.typed_email, at=at),
            },
            status=422 if form.is_bound and form.errors else 200,
        )
