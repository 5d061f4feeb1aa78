from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schedule.imports.reading import LARGEST_FILE_BYTES


class ScheduleFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Schedule file"),
        help_text=gettext_lazy("schedule.xml or schedule.json, at most 20 MB."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xml,.json,application/xml,text/xml,application/json"}
        ),
    )

    def clean_file(self) -> Any:
        # Before it is read: what the browser sent lies in a temporary file.
        file = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST_FILE_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file
