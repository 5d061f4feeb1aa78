"""Fields of the catalogue's forms: texts in four languages, moments of the event, amounts."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from i18nfield.forms import I18nTextarea, I18nTextInput
from i18nfield.strings import LazyI18nString

from conference.templatetags.presentation import language_word
from registration.rules.amounts import CURRENCIES, AmountRefused, amount_typed, minor_units_typed

FIRST_YEAR, LAST_YEAR = 2000, 2100


class _InLanguages:
    """One line for each language, with its name before it."""

    locales: list[str]

    def decompress(self, value: Any) -> list[str | None]:
        """A text that says no language is of the first; the library takes it for the second's."""
        text = value if isinstance(value, LazyI18nString) else LazyI18nString(value)
        lines = text.data if isinstance(text.data, dict) else {self.locales[0]: text.data}
        return [lines.get(language) for language in self.locales]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
        """Without the library's placeholders: each line has its label."""
        without = {**(attrs or {}), "placeholder": ""}
        rendered: str = super().render(name, value, without, renderer)  # type: ignore[misc] # mixed in
        return rendered

    def format_output(self, rendered_widgets: list[str], id_: str) -> str:
        lines = format_html_join(
            "",
            '<div class="language-line"><label for="{}_{}">{}</label>{}</div>',
            (
                (id_, number, language_word(language), widget)
                for number, (language, widget) in enumerate(
                    zip(self.locales, rendered_widgets, strict=True)
                )
            ),
        )
        return format_html('<div class="language-lines" id="{}">{}</div>', id_, lines)


class LineInLanguages(_InLanguages, I18nTextInput):  # type: ignore[misc] # untyped library
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "attrs": {"maxlength": 300}})


class TextInLanguages(_InLanguages, I18nTextarea):  # type: ignore[misc] # untyped library
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "attrs": {"rows": 2}})


class MomentField(forms.DateTimeField):
    """A moment in the active time zone, which the views make the event's."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> dt.datetime | None:
        if isinstance(value, str) and len(value) >= 4 and value[:4].isdigit():
            self._require_a_year_of_ours(int(value[:4]))
        return super().to_python(value)

    def clean(self, value: Any) -> dt.datetime | None:
        moment: dt.datetime | None = super().clean(value)
        if moment is not None:
            self._require_a_year_of_ours(moment.year)
            return moment.astimezone(dt.UTC)
        return None

    @staticmethod
    def _require_a_year_of_ours(year: int) -> None:
        if not FIRST_YEAR <= year < LAST_YEAR:
            raise forms.ValidationError(_("Please give a year between 2000 and 2100."))


class AmountField(forms.CharField):
    """An amount as the reader of this page writes it. The form turns it into minor units."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "class": "amount"}
        )
        super().__init__(**{"max_length": 30, "widget": widget, **options})


class CurrencyField(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        choices = [(each, each) for each in CURRENCIES]
        super().__init__(**{"label": _("Currency"), "choices": choices, **options})

    def allow(self, currency: str) -> None:
        """Also one that is in use already, whatever it is."""
        if currency and currency not in CURRENCIES:
            self.choices = [*[(each, each) for each in CURRENCIES], (currency, currency)]


def typed_amount(minor: int | None, currency: str) -> str:
    if minor is None:
        return ""
    return amount_typed(minor, currency=currency, language=get_language() or "es")


def amount_of(form: forms.BaseForm, field: str, currency: str) -> int | None:
    """The minor units typed into that field; None, with its words in the form, if it is none."""
    text = form.cleaned_data.get(field) or ""
    if not text or not currency:
        return None
    try:
        return minor_units_typed(text, currency=currency, language=get_language() or "es")
    except AmountRefused as refusal:
        form.add_error(field, str(refusal))
        return None
