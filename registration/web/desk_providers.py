"""How an event is paid: what is switched on, and its accounts at providers."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.states import Role
from registration.models import ProviderAccount
from registration.operations.accounts import change_ways, check_account, connect_provider
from registration.queries.desk_money import accounts_of
from registration.queries.money import ways_of
from registration.queries.statements import currencies_sold
from registration.states import Provider
from registration.web.money_forms import AccountForm, WaysForm


@access(team(Role.ORGANISER))
@require_GET
def ways(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    return _show(request)


@access(team(Role.ORGANISER))
@require_POST
def change(request: Any, event_slug: str) -> HttpResponse:
    form = WaysForm(request.POST)
    if not form.is_valid():
        return _show(request, ways_form=form)
    change_ways(
        event_id=request.event.pk, actor=request.user, at=timezone.now(), **form.cleaned_data
    )
    messages.success(request, _("The ways of payment are changed."))
    return redirect("registration:desk_ways_of_payment", event_slug)


@access(team(Role.ORGANISER))
@require_POST
def connect(request: Any, event_slug: str, provider: str) -> HttpResponse:
    if provider not in Provider.values:
        raise Http404
    account = accounts_of(request.event).get(provider)
    form = AccountForm(
        request.POST,
        provider=Provider(provider),
        account=account,
        sold_in=currencies_sold(request.event),
    )
    if form.is_valid():
        try:
            connect_provider(
                event_id=request.event.pk, provider=provider, actor=request.user, at=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The account is connected. Please test the connection."))
            return redirect("registration:desk_ways_of_payment", event_slug)
    return _show(request, account_form=form, provider=provider)


@access(team(Role.ORGANISER))
@require_POST
def test(request: Any, event_slug: str, provider: str) -> HttpResponse:
    account = get_object_or_404(ProviderAccount, event=request.event, provider=provider)
    checked = check_account(account_id=account.pk, at=timezone.now())
    if checked.check_problem:
        messages.error(request, checked.check_problem)
    else:
        messages.success(request, _("The provider knows the keys."))
    return redirect("registration:desk_ways_of_payment", event_slug)


def _show(
    request: Any,
    *,
    ways_form: WaysForm | None = None,
    account_form: AccountForm | None = None,
    provider: str = "",
) -> HttpResponse:
    accounts = accounts_of(request.event)
    sold_in = currencies_sold(request.event)
    now = ways_of(request.event)
    initial = {
        "bank_transfer": now.bank_transfer,
        "on_site": now.on_site,
        "days_kept_after_a_part": now.days_kept_after_a_part,
    }
    sections = [
        {
            "provider": one,
            "account": accounts.get(one),
            "address": _address(accounts.get(one)),
            "form": account_form
            if account_form is not None and provider == one
            else AccountForm(provider=one, account=accounts.get(one), sold_in=sold_in),
        }
        for one in Provider
    ]
    return render(
        request,
        "registration/desk/ways_of_payment.html",
        {
            "event": request.event,
            "ways_form": ways_form or WaysForm(initial=initial),
            "sections": sections,
            "has_simulator": bool(settings.PAYMENTS_SIMULATOR),
        },
        status=422 if ways_form is not None or account_form is not None else 200,
    )


def _address(account: ProviderAccount | None) -> str:
    if account is None:
        return ""
    path = reverse("registration:webhook", args=[account.provider, account.token])
    return f"{settings.SITE_URL}{path}"
