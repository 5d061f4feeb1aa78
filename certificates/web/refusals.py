from django import forms

from conference.kernel.errors import DomainError


def show_refusal(form: forms.Form, refusal: DomainError) -> None:
    """At its field if the form has it, else on top."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
