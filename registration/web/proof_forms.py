from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registration.imports.proof_file import MOST_BYTES, too_many_bytes
from registration.rules.proofs import REASONS

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


class ProofForm(forms.Form):
    """What she sends. The file's name is not looked at, only what is in it."""

    file = forms.FileField(
        label=_("Picture or PDF"),
        help_text=_("PDF, JPG or PNG, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )
    said = forms.CharField(
        label=_("Something the reviewer should know"),
        required=False,
        max_length=200,
        strip=False,
        help_text=_("Such as: my residency ends in June."),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        """Too large a file is not even read into memory."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(str(too_many_bytes()))
        return file


class DecisionForm(forms.Form):
    """`submission` is the number of the file that the reviewer saw."""

    submission = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class RejectProofForm(DecisionForm):
    choice = forms.ChoiceField(
        label=_("Reason"),
        choices=[*REASONS.items(), ("own", _("Another reason, in your own words:"))],
        widget=forms.RadioSelect(attrs={"data-shortcut": "r"}),
    )
    reason = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=200,
        strip=False,
        help_text=_("The person reads it and may send another file."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["submission"].widget.attrs["id"] = "id_submission_rejected"
