"""Which statuses people prove, until when, and how long their files are kept."""

from http import HTTPStatus
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
from conference.states import Role
from registration.models import RegistrationPolicy
from registration.operations.setting_policy import set_policy
from registration.states import Profession
from registration.web.catalogue.forms import CatalogueForm


class ProofPolicyForm(CatalogueForm):
    proof_professions = forms.MultipleChoiceField(
        label=gettext_lazy("Statuses to be proved"),
        choices=Profession.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Whoever pays less for her ticket because of one of these sends a proof. It holds for "
            "whoever registers from now on."
        ),
    )

    class Meta:
        model = RegistrationPolicy
        fields = ("proof_professions", "proof_days", "proof_until", "proof_file_days")
        widgets = {"proof_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "proof_until": gettext_lazy("Left empty, only the days after the order count."),
            "proof_file_days": gettext_lazy(
                "The decision stays. Files without one go so many days after the event."
            ),
        }


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def proof_policy(request: Any, event_slug: str) -> HttpResponse:
    found = RegistrationPolicy.objects.filter(event=request.event).first()
    if found is None:
        messages.info(request, _("Please say first when registration opens and on which terms."))
        return redirect("registration:policy", event_slug)
    form = ProofPolicyForm(request.POST or None, instance=found, event=request.event)
    if request.method == "POST" and form.is_valid():
        try:
            set_policy(
                event=request.event, values=form.values, actor=request.user, at=timezone.now()
            )
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("It holds for whoever registers from now on."))
            return redirect("registration:proof_policy", event_slug)
    return render(
        request,
        "registration/catalogue/proofs.html",
        {"event": request.event, "form": form},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )
