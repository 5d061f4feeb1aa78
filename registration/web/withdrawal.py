"""The withdrawal link ("botón de arrepentimiento"): its public form, and the desk that answers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conference.access import PUBLIC, access, team
from conference.kernel.errors import DomainError
from conference.limiting import MINUTE_SECONDS, asks_too_often
from conference.states import Role
from registration.models import Withdrawal
from registration.operations.withdrawing import (
    LONGEST_REASON,
    answer_withdrawal,
    request_withdrawal,
)
from registration.queries.withdrawals import some_event_has_the_link, withdrawals_of
from registration.rules.withdrawing import DAYS_TO_WITHDRAW

MOST_PER_MINUTE = 20


class WithdrawalForm(forms.Form):
    reference = forms.CharField(
        label=gettext_lazy("Reference of the order"),
        max_length=40,
        help_text=gettext_lazy("As in the e-mail about your order: R7K2-9QXD."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the order"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=[("accepted", ""), ("refused", "")])
    reason = forms.CharField(max_length=LONGEST_REASON, required=False)


@access(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: HttpRequest) -> HttpResponse:
    if not some_event_has_the_link():
        raise Http404
    form = WithdrawalForm(
        request.POST or None, initial={"reference": request.GET.get("reference", "")[:40]}
    )
    is_sent, status = False, 200
    if request.method == "POST" and asks_too_often(
        request, what="withdrawal", most_per_minute=MOST_PER_MINUTE
    ):
        form.add_error(None, _("Please wait a minute and send it again."))
        status = 429
    elif form.is_bound and form.is_valid():
        # The page says the same whether there is such an order or not: nobody learns who bought.
        request_withdrawal(
            reference=form.cleaned_data["reference"],
            email=form.cleaned_data["email"],
            at=timezone.now(),
        )
        is_sent = True
    elif form.is_bound:
        status = 422
    response = render(
        request,
        "registration/withdrawal.html",
        {"form": form, "is_sent": is_sent, "days": DAYS_TO_WITHDRAW},
        status=status,
    )
    response["Cache-Control"] = "no-store"
    if status == 429:
        response["Retry-After"] = str(MINUTE_SECONDS)
    return response


@access(team(Role.ORGANISER))
@require_GET
def desk(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    return render(
        request,
        "registration/desk/withdrawals.html",
        {
            "event": request.event,
            "withdrawals": withdrawals_of(request.event),
            "longest_reason": LONGEST_REASON,
        },
    )


@access(team(Role.ORGANISER))
@require_POST
def answer(request: Any, event_slug: str, withdrawal_id: int) -> HttpResponse:
    asked = get_object_or_404(Withdrawal, pk=withdrawal_id, event=request.event)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose an answer, with a reason that is not too long."))
        return redirect("registration:desk_withdrawals", event_slug)
    try:
        answered = answer_withdrawal(
            withdrawal_id=asked.pk,
            event_id=request.event.pk,
            is_accepted=form.cleaned_data["answer"] == "accepted",
            reason=form.cleaned_data["reason"],
            actor=request.user,
            at=timezone.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("registration:desk_withdrawals", event_slug)
    messages.success(request, _("The buyer gets a letter with the answer."))
    if form.cleaned_data["answer"] == "accepted":
        return redirect("registration:desk_order", event_slug, answered.order_id)
    return redirect("registration:desk_withdrawals", event_slug)
