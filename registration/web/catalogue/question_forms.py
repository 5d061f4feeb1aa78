"""The shape of what organisers type about questions, and the editor of choices."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from i18nfield.strings import LazyI18nString

from conference.models import Event
from conference.templatetags.presentation import language_word
from registration.models import Question, TicketType
from registration.rules.questions import LONGEST_LINE
from registration.web.catalogue.fields import LineInLanguages, TextInLanguages
from registration.web.catalogue.forms import CatalogueForm

SPARE_ROWS = 3
MOST_ROWS = 50
LANGUAGES = [code for code, _name in settings.LANGUAGES]


class OptionsWidget(forms.Widget):
    """A row for each choice: its label in each language. Rows left empty are no choices."""

    template_name = "registration/catalogue/options_widget.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        given = list(value or [])[:MOST_ROWS]
        spare = max(SPARE_ROWS, 4 - len(given))
        rows = [*given, *({"value": "", "label": {}} for _row in range(spare))]
        context["languages"] = [(code, language_word(code)) for code in LANGUAGES]
        context["rows"] = [
            {
                "number": number,
                "value": row.get("value", ""),
                "labels": [(code, labels_of(row).get(code, "")) for code in LANGUAGES],
            }
            for number, row in enumerate(rows, start=1)
        ]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:  # noqa: ARG002
        """A new choice is kept by a short name made of its label; a kept one keeps its own."""
        found: list[dict[str, Any]] = []
        taken = {data.get(f"{name}-{number}-value", "") for number in range(1, MOST_ROWS + 4)}
        for number in range(1, MOST_ROWS + 4):
            labels = {
                code: data.get(f"{name}-{number}-{code}", "").strip()[:LONGEST_LINE]
                for code in LANGUAGES
            }
            labels = {code: label for code, label in labels.items() if label}
            if not labels:
                continue
            value = data.get(f"{name}-{number}-value", "").strip()
            if not value:
                value = _free(slugify(str(LazyI18nString(labels)))[:50] or f"c{number}", taken)
                taken.add(value)
            found.append({"value": value, "label": labels})
        return found

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002
        return False


def labels_of(option: Mapping[str, Any]) -> dict[str, str]:
    label = option.get("label")
    if isinstance(label, dict):
        return label
    return {LANGUAGES[0]: str(label or option.get("value", ""))}


def _free(wanted: str, taken: set[str]) -> str:
    value, number = wanted, 1
    while value in taken:
        number += 1
        value = f"{wanted}-{number}"
    return value


class OptionsField(forms.Field):
    widget = OptionsWidget


class QuestionForm(CatalogueForm):
    lists = ("ticket_types",)
    options = OptionsField(
        label=_("Choices"),
        required=False,
        help_text=_(
            "For one of several and some of several. Empty one to take it out; save for more rows."
        ),
    )
    shown_if_answer = forms.CharField(
        label=_("was answered with"),
        required=False,
        max_length=200,
        help_text=_("yes or no, or the short name of a choice."),
    )

    class Meta:
        model = Question
        fields = (
            "label", "help_text", "kind", "options", "is_required", "ticket_types", "shown_if",
            "shown_if_answer", "keep_days", "slug", "is_offered",
        )  # fmt: skip
        widgets = {
            "label": LineInLanguages,
            "help_text": TextInLanguages,
            "ticket_types": forms.CheckboxSelectMultiple,
        }
        help_texts = {"ticket_types": _("None chosen: with every ticket.")}

    def __init__(self, *arguments: Any, event: Event, **options: Any) -> None:
        super().__init__(*arguments, event=event, **options)
        self._choices("ticket_types", TicketType.objects.filter(event=event))
        before = Question.objects.filter(event=event)
        if self.instance.pk:
            before = before.exclude(pk=self.instance.pk).filter(
                sort_key__lte=self.instance.sort_key
            )
        self._choices("shown_if", before)

    def clean_shown_if_answer(self) -> str:
        answer: str = self.cleaned_data["shown_if_answer"]
        return answer.strip()
