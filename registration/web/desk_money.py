"""The desk's money: what waits for somebody, and the buttons that settle it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.states import Role
from registration.models import Order, PaymentAttempt, Refund
from registration.operations.believing import close_review
from registration.operations.giving_seats import give_seat, send_back_and_cancel
from registration.operations.instalments import plan_instalments
from registration.operations.refunding import cancel_refund, record_refund_sent, request_refund
from registration.queries.desk_money import money_desk, orders_money
from registration.queries.orders import owed_minor
from registration.rules.instalments import equal_dues
from registration.rules.references import written_reference
from registration.web.money_forms import (
    InstalmentsForm,
    RefundForm,
    SeatForm,
    SentForm,
    first_due,
)


@access(team(Role.ORGANISER))
@require_GET
def money(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    return render(
        request,
        "registration/desk/money.html",
        {"event": request.event, "desk": money_desk(request.event, at=timezone.now())},
    )


def _settle(
    request: Any,
    event_slug: str,
    act: Callable[[], object],
    *,
    said: str,
    order_id: int | None = None,
) -> HttpResponse:
    """One domain call; its refusal is a sentence on the page she comes from."""
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    if order_id is not None and request.POST.get("back") == "order":
        return redirect("registration:desk_order_money", event_slug, order_id)
    return redirect("registration:desk_money", event_slug)


@access(team(Role.ORGANISER))
@require_POST
def seat(request: Any, event_slug: str, order_id: int) -> HttpResponse:
    order = get_object_or_404(Order, event=request.event, pk=order_id)
    form = SeatForm(request.POST)
    form.is_valid()
    return _settle(
        request,
        event_slug,
        lambda: give_seat(
            order_id=order.pk,
            reason=form.cleaned_data.get("reason", ""),
            actor=request.user,
            at=timezone.now(),
        ),
        said=_("The order is confirmed and has its places."),
    )


@access(team(Role.ORGANISER))
@require_POST
def send_back(request: Any, event_slug: str, order_id: int) -> HttpResponse:
    order = get_object_or_404(Order, event=request.event, pk=order_id)
    return _settle(
        request,
        event_slug,
        lambda: send_back_and_cancel(
            order_id=order.pk, reason="", actor=request.user, at=timezone.now()
        ),
        said=_("The order is cancelled and its money is on the list to be sent back."),
    )


@access(team(Role.ORGANISER))
@require_POST
def refund_sent(request: Any, event_slug: str, refund_id: int) -> HttpResponse:
    refund = get_object_or_404(Refund, order__event=request.event, pk=refund_id)
    return _settle(
        request,
        event_slug,
        lambda: record_refund_sent(
            refund_id=refund.pk,
            external_id=request.POST.get("external_id", ""),
            actor=request.user,
            at=timezone.now(),
        ),
        said=_("The refund is recorded as sent."),
        order_id=refund.order_id,
    )


@access(team(Role.ORGANISER))
@require_POST
def refund_cancel(request: Any, event_slug: str, refund_id: int) -> HttpResponse:
    refund = get_object_or_404(Refund, order__event=request.event, pk=refund_id)
    return _settle(
        request,
        event_slug,
        lambda: cancel_refund(refund_id=refund.pk, actor=request.user, at=timezone.now()),
        said=_("The refund is called off."),
        order_id=refund.order_id,
    )


@access(team(Role.ORGANISER))
@require_POST
def reviewed(request: Any, event_slug: str, attempt_id: int) -> HttpResponse:
    attempt = get_object_or_404(PaymentAttempt, order__event=request.event, pk=attempt_id)
    return _settle(
        request,
        event_slug,
        lambda: close_review(attempt_id=attempt.pk, actor=request.user, at=timezone.now()),
        said=_("Noted as settled."),
    )


@access(team(Role.ORGANISER))
@require_GET
def order_money(request: Any, event_slug: str, order_id: int) -> HttpResponse:  # noqa: ARG001
    return _show(request, get_object_or_404(Order, event=request.event, pk=order_id))


@access(team(Role.ORGANISER))
@require_POST
def refund(request: Any, event_slug: str, order_id: int) -> HttpResponse:
    order = get_object_or_404(Order, event=request.event, pk=order_id)
    form = RefundForm(request.POST, refundable=orders_money(order).refundable)
    if form.is_valid():
        try:
            request_refund(
                order_id=order.pk,
                amount_minor=form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error("amount", str(refusal))
        else:
            messages.success(request, _("The refund is asked for."))
            return redirect("registration:desk_order_money", event_slug, order_id)
    return _show(request, order, refund_form=form)


@access(team(Role.ORGANISER))
@require_POST
def instalments(request: Any, event_slug: str, order_id: int) -> HttpResponse:
    order = get_object_or_404(Order, event=request.event, pk=order_id)
    form = InstalmentsForm(request.POST)
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            plan_instalments(
                order_id=order.pk,
                dues=equal_dues(
                    amount_minor=max(owed_minor(order), 0),
                    number=wanted["number"],
                    first_on=wanted["first_on"],
                    every_days=wanted["every_days"],
                ),
                grace_days=wanted["grace_days"],
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The instalments are agreed, and the place is kept."))
            return redirect("registration:desk_order_money", event_slug, order_id)
    return _show(request, order, instalments_form=form)


def _show(
    request: Any,
    order: Order,
    *,
    refund_form: RefundForm | None = None,
    instalments_form: InstalmentsForm | None = None,
) -> HttpResponse:
    found = orders_money(order)
    today = timezone.now().astimezone(request.event.zone).date()
    refused = refund_form is not None or instalments_form is not None
    return render(
        request,
        "registration/desk/order_money.html",
        {
            "event": request.event,
            "order": order,
            "money": found,
            "reference": written_reference(order.reference),
            "refund_form": refund_form
            or RefundForm(refundable=found.refundable, initial={"amount": found.refundable.amount}),
            "instalments_form": instalments_form or InstalmentsForm(initial=first_due(today)),
            "sent_form": SentForm(),
        },
        status=422 if refused else 200,
    )
