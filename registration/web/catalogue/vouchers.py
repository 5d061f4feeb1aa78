"""The organiser's codes: the list, making them, one on its page, and an invitation."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.kernel.money import Money
from conference.states import Role
from registration.exports.vouchers_csv import VoucherRow, render_vouchers_csv
from registration.models import Voucher
from registration.operations import making_vouchers
from registration.queries.vouchers_desk import (
    VoucherOnTheDesk,
    purposes_of,
    voucher_on_the_desk,
    vouchers_found,
)
from registration.web.catalogue.editing import FIELD_OF
from registration.web.catalogue.voucher_forms import (
    InvitationForm,
    NewVouchersForm,
    PlacesForm,
    VoucherForm,
)

PAGE_SIZE = 50


@access(team(Role.ORGANISER))
@require_safe
def vouchers(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    filters = _filters(request)
    found = vouchers_found(request.event, **filters, at=timezone.now())
    return render(
        request,
        "registration/catalogue/vouchers.html",
        {
            "event": request.event,
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
            "filters": filters,
            "purposes": purposes_of(request.event),
            "query": request.GET.urlencode(),
            "now": timezone.now(),
        },
    )


@access(team(Role.ORGANISER))
@require_safe
def vouchers_csv(request: Any, event_slug: str) -> HttpResponse:
    found = vouchers_found(request.event, **_filters(request), at=timezone.now())
    head = (
        _("Code"), _("For whom"), _("Effect"), _("Value"), _("Used"), _("Uses"), _("Places kept"),
        _("Valid until (UTC)"), _("E-mail"), _("Address"),
    )  # fmt: skip
    return HttpResponse(
        render_vouchers_csv(head, map(_row, found.select_related("event"))),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="vouchers-{event_slug}.csv"'},
    )


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: Any, event_slug: str) -> HttpResponse:
    """Made at once: one or many. What was made can be downloaded from the list of its purpose."""
    with timezone.override(request.event.zone):
        form = NewVouchersForm(request.POST or None, event=request.event)
        if request.method == "POST" and form.is_valid():
            try:
                made = making_vouchers.make_vouchers(
                    event=request.event, values=form.values, **form.chosen,
                    actor=request.user, at=timezone.now(),
                )  # fmt: skip
            except DomainError as refusal:
                _say(form, refusal)
            else:
                if len(made) == 1:
                    messages.success(
                        request, _("The voucher %(code)s was made.") % {"code": made[0]}
                    )
                    return redirect("registration:voucher", event_slug, made[0].pk)
                words = _("%(number)d vouchers were made.") % {"number": len(made)}
                messages.success(request, words)
                return redirect("registration:vouchers", event_slug)
        return _form_page(request, form, title=_("Make vouchers"), button=_("Make them"))


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Any, event_slug: str) -> HttpResponse:
    with timezone.override(request.event.zone):
        form = InvitationForm(
            request.POST or None,
            event=request.event,
            initial={"language": get_language(), "effect": "price", "amount": "0"},
        )
        if request.method == "POST" and form.is_valid():
            try:
                voucher = making_vouchers.invite(
                    event=request.event, values=form.values, **form.chosen,
                    actor=request.user, at=timezone.now(),
                )  # fmt: skip
            except DomainError as refusal:
                _say(form, refusal)
            else:
                messages.success(request, _("The invitation is on its way."))
                return redirect("registration:voucher", event_slug, voucher.pk)
        return _form_page(
            request, form, title=_("Invite somebody"), button=_("Send the invitation")
        )


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def voucher(request: Any, event_slug: str, voucher_id: int) -> HttpResponse:
    found = _found(request, voucher_id)
    with timezone.override(request.event.zone):
        form = VoucherForm(
            request.POST or None, instance=_found(request, voucher_id).voucher, event=request.event
        )
        if request.method == "POST" and form.is_valid():
            try:
                making_vouchers.change_voucher(
                    event=request.event, voucher_id=voucher_id, values=form.values,
                    **form.chosen, actor=request.user, at=timezone.now(),
                )  # fmt: skip
            except DomainError as refusal:
                _say(form, refusal)
            else:
                messages.success(request, _("The voucher was changed."))
                return redirect("registration:voucher", event_slug, voucher_id)
        return _voucher_page(request, found, form)


@access(team(Role.ORGANISER))
@require_POST
def keep(request: Any, event_slug: str, voucher_id: int) -> HttpResponse:
    return _places(
        request,
        event_slug,
        voucher_id,
        making_vouchers.keep_places,
        _("The places are kept for it."),
    )


@access(team(Role.ORGANISER))
@require_POST
def give_back(request: Any, event_slug: str, voucher_id: int) -> HttpResponse:
    return _places(
        request, event_slug, voucher_id, making_vouchers.give_back_places,
        _("Everybody can buy these places again."),
    )  # fmt: skip


@access(team(Role.ORGANISER))
@require_POST
def end(request: Any, event_slug: str, voucher_id: int) -> HttpResponseRedirect:
    _found(request, voucher_id)
    making_vouchers.end_voucher(
        event=request.event, voucher_id=voucher_id, actor=request.user, at=timezone.now()
    )
    messages.success(request, _("Nobody can use this voucher any more."))
    return redirect("registration:voucher", event_slug, voucher_id)


def _places(
    request: Any,
    event_slug: str,
    voucher_id: int,
    operation: Callable[..., Voucher],
    words: str,
) -> HttpResponse:
    found = _found(request, voucher_id)
    form = PlacesForm(request.POST)
    if form.is_valid():
        try:
            operation(
                event=request.event, voucher_id=voucher_id, number=form.cleaned_data["number"],
                actor=request.user, at=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error("number", str(refusal))
        else:
            messages.success(request, words)
            return redirect("registration:voucher", event_slug, voucher_id)
    with timezone.override(request.event.zone):
        return _voucher_page(
            request, found, VoucherForm(instance=found.voucher, event=request.event), places=form
        )


def _found(request: Any, voucher_id: int) -> VoucherOnTheDesk:
    found = voucher_on_the_desk(request.event, voucher_id)
    if found is None:
        raise Http404
    return found


def _say(form: VoucherForm, refusal: DomainError) -> None:
    field = FIELD_OF.get(refusal.field or "", refusal.field)
    field = {"ticket_type": "places_each", "prefix": "begins_with"}.get(field or "", field)
    form.add_error(field if field in form.fields else None, str(refusal))


def _form_page(request: Any, form: VoucherForm, *, title: str, button: str) -> HttpResponse:
    return render(
        request,
        "registration/catalogue/voucher_form.html",
        {"event": request.event, "form": form, "title": title, "button": button},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )


def _voucher_page(
    request: Any, found: VoucherOnTheDesk, form: VoucherForm, *, places: PlacesForm | None = None
) -> HttpResponse:
    is_wrong = form.errors or (places is not None and places.errors)
    return render(
        request,
        "registration/catalogue/voucher.html",
        {
            "event": request.event,
            "found": found,
            "voucher": found.voucher,
            "form": form,
            "places": places or PlacesForm(),
            "address": making_vouchers.address_of(found.voucher),
            "now": timezone.now(),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK,
    )


def _filters(request: Any) -> dict[str, str]:
    return {
        "purpose": request.GET.get("purpose", "").replace("\0", ""),
        "state": request.GET.get("state", ""),
        "words": request.GET.get("q", ""),
    }


def _row(voucher: Voucher) -> VoucherRow:
    until = voucher.valid_until
    return VoucherRow(
        code=voucher.code,
        purpose=voucher.purpose,
        effect=voucher.get_effect_display(),
        value=value_in_words(voucher),
        uses=str(voucher.uses),
        max_uses=str(voucher.max_uses),
        places_kept=str(voucher.places_kept),
        valid_until=until.strftime("%Y-%m-%d %H:%M") if until else "",
        email=voucher.email,
        address=making_vouchers.address_of(voucher),
    )


def value_in_words(voucher: Voucher) -> str:
    if voucher.percent is not None:
        return f"{voucher.percent} %"
    if voucher.amount_minor is not None:
        return Money(voucher.amount_minor, voucher.currency).written(get_language() or "es")
    return ""
