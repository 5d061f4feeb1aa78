"""
The organisers' questions as form fields: they show, and the rules of questions check.

A question that depends on another is in the page and hidden until the other is answered so; a
module shows it at once, without it the page does when it is answered.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from i18nfield.strings import LazyI18nString

from registration.models import Question
from registration.rules.questions import look_at_answers
from registration.states import QuestionKind

MANY = 7  # from so many choices on a list that opens


class AnswerField(forms.Field):
    """Takes whatever was typed; `rules.questions` says what is wrong with it."""

    def clean(self, value: Any) -> Any:
        return value


class AnswerChoiceField(AnswerField, forms.ChoiceField):
    pass


class AnswerChoicesField(AnswerField, forms.MultipleChoiceField):
    pass


_TYPED: dict[QuestionKind, forms.Widget] = {
    QuestionKind.LINE: forms.TextInput(),
    QuestionKind.TEXT: forms.Textarea(attrs={"rows": 4}),
    QuestionKind.NUMBER: forms.TextInput(attrs={"inputmode": "numeric"}),
    QuestionKind.DATE: forms.DateInput(attrs={"type": "date"}),
    QuestionKind.TIME: forms.TimeInput(attrs={"type": "time"}),
    QuestionKind.MOMENT: forms.DateTimeInput(attrs={"type": "datetime-local"}),
    QuestionKind.PHONE: forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    QuestionKind.EMAIL: forms.EmailInput(attrs={"inputmode": "email"}),
}
_YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def name_of(question: Question) -> str:
    return f"q-{question.slug}"


def answer_field(question: Question) -> forms.Field:
    said: dict[str, Any] = {
        "label": str(question.label),
        "help_text": str(question.help_text),
        "required": question.is_required,
    }
    kind = QuestionKind(question.kind)
    if kind == QuestionKind.YES_NO:
        return AnswerChoiceField(choices=_YES_NO, widget=forms.RadioSelect, **said)
    if kind == QuestionKind.SOME_OF:
        return AnswerChoicesField(
            choices=_options(question), widget=forms.CheckboxSelectMultiple, **said
        )
    if kind == QuestionKind.COUNTRY:
        return AnswerChoiceField(choices=[("", "—"), *countries], **said)
    if kind == QuestionKind.ONE_OF:
        if len(question.options) >= MANY:
            return AnswerChoiceField(choices=[("", "—"), *_options(question)], **said)
        return AnswerChoiceField(choices=_options(question), widget=forms.RadioSelect, **said)
    if kind == QuestionKind.PHONE and not said["help_text"]:
        said["help_text"] = _("With the country's code, such as +54 11 5555 5555.")
    return AnswerField(widget=_TYPED[kind], **said)


def _options(question: Question) -> list[tuple[str, str]]:
    return [
        (str(option["value"]), str(LazyI18nString(option.get("label") or option["value"])))
        for option in question.options
    ]


def answers_in(questions: Iterable[Question], values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers by the slug of their questions, as they were typed."""
    return {question.slug: values.get(name_of(question)) for question in questions}


def asked_now(questions: Iterable[Question], values: Mapping[str, Any]) -> set[str]:
    """The slugs of what is asked of somebody who has answered like this so far."""
    questions = list(questions)
    asked, _problems = look_at_answers(questions, answers_in(questions, values))
    return asked
