"""Every component in every state, for the people who build pages. Only in debug mode."""

from typing import Any

import segno
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from conference.access import PUBLIC, access
from conference.web.form_rendering import ChoiceWords

SAMPLE_CODE = "4f1c-9a2e-77d0-b3e8"
SWATCHES = (
    *("paper", "surface", "sunken", "ink", "ink-soft", "line", "line-strong"),
    *("river", "river-strong", "celeste", "sun", "ok", "ok-wash"),
    *("warn", "warn-wash", "danger", "danger-wash"),
)


class SampleForm(forms.Form):
    name = forms.CharField(
        label="Name on your certificate",
        help_text="As in your passport, with its accents: María José Núñez Ávila.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    institution = forms.CharField(
        label="Institution",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.ChoiceField(
        label="Country of practice",
        choices=[
            ("", "Choose a country"),
            ("AR", "Argentina"),
            ("BO", "Bolivia"),
            ("BR", "Brasil"),
        ],
    )
    category = forms.ChoiceField(
        label="Ticket",
        widget=forms.RadioSelect,
        choices=[
            ("physician", ChoiceWords("Physician", price="USD 180.00")),
            (
                "resident",
                ChoiceWords("Resident", text="With a letter of your hospital.", price="USD 90.00"),
            ),
            ("student", ChoiceWords("Student", text="Undergraduate.", price="USD 30.00")),
        ],
    )
    workshops = forms.MultipleChoiceField(
        label="Workshops",
        help_text="You may choose more than one.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (
                "pocus",
                ChoiceWords("Ultrasound at the bedside", text="3 seats left", price="USD 60.00"),
            ),
            (
                "airway",
                ChoiceWords("The difficult airway", text="12 seats left", price="USD 45.00"),
            ),
        ],
    )
    arrival = forms.DateField(
        label="Arrival", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    diet = forms.CharField(
        label="What the kitchen must know", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    code = forms.CharField(
        label="Code from the e-mail",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    terms = forms.BooleanField(label="I accept the terms of participation")


@access(PUBLIC)
@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    frame = request.GET.get("frame", "")
    if frame in {"desk", "plain"}:
        return render(request, f"conference/styleguide/{frame}.html", _sample_context())
    return render(request, "conference/styleguide/index.html", _sample_context())


def _sample_context() -> dict[str, Any]:
    return {
        "swatches": SWATCHES,
        "tracks": range(1, 13),
        "empty_form": SampleForm(prefix="empty"),
        "wrong_form": SampleForm(
            {"wrong-name": "María José", "wrong-email": "maria@", "wrong-country": ""},
            prefix="wrong",
        ),
        "steps": [
            {"word": "Ticket", "url": "#steps"},
            {"word": "Your details", "url": "#steps"},
            {"word": "Review"},
            {"word": "Payment"},
        ],
        "qr": _qr_data_uri(SAMPLE_CODE),
        "qr_code": SAMPLE_CODE,
        "page": Paginator(range(2500), 50).page(3),
        "people": [
            ("Núñez Ávila, María José", "AR", "Confirmed", "ok", "USD 180.00"),
            ("Ferreira Gonçalves, João", "BR", "Awaiting payment", "warn", "USD 90.00"),
            ("Łukasiewicz Őze, Žofia", "CL", "Cancelled", "danger", "USD 0.00"),
        ],
    }


def _qr_data_uri(text: str) -> str:
    drawing = segno.make(text, error="m").svg_data_uri(border=2, scale=8, dark="#14212E")
    return str(drawing)
