"""The forms of waiting: joining a list, and taking the place that is offered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, ngettext

from registration.queries.waiting_pages import ListToJoin


def people_in_words(number: int) -> str:
    return ngettext("%(number)d person", "%(number)d people", number) % {"number": number}


class JoinForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        error_messages={"required": gettext_lazy("Please write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        strip=False,
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        error_messages={"required": gettext_lazy("Please write your e-mail address.")},
        help_text=gettext_lazy("The offer is sent there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    variation = forms.ChoiceField(
        label=gettext_lazy("Which kind?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose one of the kinds of this ticket.")},
    )
    party_size = forms.TypedChoiceField(
        label=gettext_lazy("For how many people?"),
        coerce=int,
        help_text=gettext_lazy(
            "You are offered all places together or none. A smaller group is served sooner at times."
        ),
    )

    def __init__(self, *args: Any, of: ListToJoin, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sizes = self.fields["party_size"]
        assert isinstance(sizes, forms.ChoiceField)  # noqa: S101 - for the type checker
        sizes.choices = [
            (number, people_in_words(number)) for number in range(of.least, of.most + 1)
        ]
        kinds = self.fields["variation"]
        assert isinstance(kinds, forms.ChoiceField)  # noqa: S101 - for the type checker
        kinds.choices = [(kind.slug, str(kind.name)) for kind in of.variations]
        if not of.variations:
            del self.fields["variation"]
        if of.registration is not None:
            for name in ("name", "email", "party_size"):
                del self.fields[name]


class FewerForm(forms.Form):
    party_size = forms.TypedChoiceField(
        label=gettext_lazy("We are only"),
        coerce=int,
        error_messages={
            "invalid_choice": gettext_lazy(
                "The party can only become smaller. For more people, join again."
            )
        },
    )

    def __init__(self, *args: Any, sizes: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["party_size"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(number, people_in_words(number)) for number in reversed(sizes)]
