"""How Django's forms reach the page: `{{ form }}` is our field component, not a stack of divs."""

import dataclasses

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Named by FORM_RENDERER in the settings."""

    form_template_name = "conference/components/form.html"
    field_template_name = "conference/components/field.html"


@dataclasses.dataclass(frozen=True)
class ChoiceWords:
    """
    A choice that says more than its name, for `choices` of a RadioSelect.

        ("resident", ChoiceWords("Resident", text="With a letter of your hospital", price="USD 90"))
    """

    title: str
    text: str = ""
    price: str = ""

    def __str__(self) -> str:
        return str(self.title)
