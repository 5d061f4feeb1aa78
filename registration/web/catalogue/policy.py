"""When registration opens and closes, how long places are held, what goes back, on which terms."""

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
from registration.web.catalogue.fields import MomentField, TextInLanguages
from registration.web.catalogue.forms import CatalogueForm

STEPS = 6


class StepsWidget(forms.Widget):
    """Rows of days before the event and percent; rows left empty are no steps."""

    template_name = "registration/catalogue/steps_widget.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        given = list(value or [])
        rows = [*given, *({} for _row in range(max(1, STEPS - len(given))))]
        context["rows"] = list(enumerate(rows[:STEPS], start=1))
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:  # noqa: ARG002
        rows = []
        for number in range(1, STEPS + 1):
            days = data.get(f"{name}-{number}-days", "").strip()
            percent = data.get(f"{name}-{number}-percent", "").strip()
            if days or percent:
                rows.append({"days_before": _number(days), "percent": _number(percent)})
        return rows

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002
        return False


def _number(text: str) -> int | str:
    """What is no small number stays as it was typed, and is refused."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else text[:20]


class StepsField(forms.Field):
    widget = StepsWidget


class PolicyForm(CatalogueForm):
    refund_steps = StepsField(
        label=gettext_lazy("What goes back to who cancels"),
        required=False,
        help_text=gettext_lazy(
            "The best step that still holds decides. Without one nothing goes back."
        ),
    )

    class Meta:
        model = RegistrationPolicy
        fields = (
            "opens_at", "closes_at", "changes_until", "refund_steps", "hold_minutes",
            "hold_extensions", "transfer_days", "offer_hours", "group_seats", "group_return_days",
            "group_names_days", "kept_days", "bank_instructions", "terms",
            "terms_version",
        )  # fmt: skip
        widgets = {"bank_instructions": TextInLanguages, "terms": TextInLanguages}
        field_classes = {
            "opens_at": MomentField, "closes_at": MomentField, "changes_until": MomentField,
        }  # fmt: skip


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: Any, event_slug: str) -> HttpResponse:
    found = RegistrationPolicy.objects.filter(event=request.event).first()
    with timezone.override(request.event.zone):
        form = PolicyForm(request.POST or None, instance=found, event=request.event)
        if request.method == "POST" and form.is_valid():
            try:
                set_policy(
                    event=request.event, values=form.values, actor=request.user, at=timezone.now()
                )
            except DomainError as refusal:
                form.add_error(
                    refusal.field if refusal.field in form.fields else None, str(refusal)
                )
            else:
                messages.success(request, _("It holds for whoever registers from now on."))
                return redirect("registration:policy", event_slug)
        return render(
            request,
            "registration/catalogue/policy.html",
            {"event": request.event, "form": form},
            status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
        )
