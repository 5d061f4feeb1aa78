"""The organiser's desk: orders, the money that arrives for them, and their end."""

import datetime as dt
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.kernel.money import Money
from conference.states import Role
from registration.models import Registration
from registration.operations.cancelling import cancel_order
from registration.operations.paying import record_payment
from registration.operations.replacing_badges import replace_badge
from registration.operations.restoring import restore_order
from registration.queries.desk import OrderOnTheDesk, order_on_the_desk, orders_found
from registration.queries.restoring import may_be_restored
from registration.rules.references import written_reference
from registration.states import ORDER_TRANSITIONS, OrderState, PaymentMethod

PAGE_SIZE = 50
FIELD_OF = {"amount_minor": "amount", "external_id": "external_id"}


class PaymentForm(forms.Form):
    method = forms.ChoiceField(
        label=gettext_lazy("It came by"),
        choices=[
            (PaymentMethod.BANK_TRANSFER.value, PaymentMethod.BANK_TRANSFER.label),
            (PaymentMethod.ON_SITE.value, PaymentMethod.ON_SITE.label),
        ],
        initial=PaymentMethod.BANK_TRANSFER.value,
        required=False,
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), max_digits=12, min_value=Decimal("0.01")
    )
    external_id = forms.CharField(
        label=gettext_lazy("Identifier of the transfer, or number of the receipt"),
        max_length=100,
        help_text=gettext_lazy("The same identifier counts once, however often it is recorded."),
    )
    received_on = forms.DateField(
        label=gettext_lazy("Received"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *arguments: Any, currency: str, today: dt.date, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.precision = get_currency_precision(currency)
        self.today = today
        amount = self.fields["amount"]
        amount.label = _("Amount in %(currency)s") % {"currency": currency}
        amount.widget.attrs["inputmode"] = "decimal"

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount != amount.quantize(Decimal(1).scaleb(-self.precision)):
            raise forms.ValidationError(_("This currency has no such small coins."))
        return amount

    def clean_received_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["received_on"]
        if not self.today - dt.timedelta(days=730) <= day <= self.today:
            raise forms.ValidationError(
                _("Please give a day of the last two years, at most today.")
            )
        return day


@access(team(Role.ORGANISER))
@require_GET
def orders(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    state, words = request.GET.get("state", ""), request.GET.get("q", "")
    found = orders_found(request.event, state=state, words=words)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "registration/desk/orders.html",
        {
            "event": request.event,
            "page": page,
            "state": state,
            "q": words,
            "states": OrderState.choices,
        },
    )


@access(team(Role.ORGANISER))
@require_GET
def order(request: Any, event_slug: str, order_id: int) -> HttpResponse:  # noqa: ARG001
    return _show(request, _found(request, order_id))


@access(team(Role.ORGANISER))
@require_POST
def payment(request: Any, event_slug: str, order_id: int) -> HttpResponse:
    found = _found(request, order_id)
    form = _payment_form(request, found, request.POST)
    if form.is_valid():
        received_on: dt.date = form.cleaned_data["received_on"]
        noon = dt.datetime.combine(received_on, dt.time(12), request.event.zone)
        try:
            record_payment(
                order_id=order_id,
                amount_minor=int(form.cleaned_data["amount"].scaleb(form.precision)),
                external_id=form.cleaned_data["external_id"],
                method=form.cleaned_data["method"] or PaymentMethod.BANK_TRANSFER,
                received_at=noon,
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(FIELD_OF.get(refusal.field or ""), str(refusal))
        else:
            messages.success(request, _("The payment was recorded."))
            return redirect("registration:desk_order", event_slug, order_id)
    return _show(request, found, form=form)


@access(team(Role.ORGANISER))
@require_POST
def cancel(request: Any, event_slug: str, order_id: int) -> HttpResponse:
    _found(request, order_id)
    try:
        cancel_order(order_id=order_id, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The order was cancelled and its places are free again."))
    return redirect("registration:desk_order", event_slug, order_id)


@access(team(Role.ORGANISER))
@require_POST
def restore(request: Any, event_slug: str, order_id: int) -> HttpResponse:
    """Undo: an organiser cancelled what she did not mean."""
    _found(request, order_id)
    try:
        restore_order(order_id=order_id, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("The cancellation is taken back: the order has its places again.")
        )
    return redirect("registration:desk_order", event_slug, order_id)


def _found(request: Any, order_id: int) -> OrderOnTheDesk:
    found = order_on_the_desk(request.event, order_id)
    if found is None:
        raise Http404
    return found


def _payment_form(request: Any, found: OrderOnTheDesk, sent: Any = None) -> PaymentForm:
    today = timezone.now().astimezone(request.event.zone).date()
    expected = found.owed if found.owed.amount_minor > 0 else found.order.total
    return PaymentForm(
        sent,
        currency=found.order.currency,
        today=today,
        initial={"amount": expected.amount, "received_on": today.isoformat()},
    )


def _show(request: Any, found: OrderOnTheDesk, *, form: PaymentForm | None = None) -> HttpResponse:
    order = found.order
    return render(
        request,
        "registration/desk/order.html",
        {
            "event": request.event,
            "found": found,
            "order": order,
            "reference": written_reference(order.reference),
            "lines": [(line, Money(line.amount_minor, line.currency)) for line in found.lines],
            "form": form or _payment_form(request, found),
            "may_pay": order.payment_method != PaymentMethod.FREE,
            "may_restore": may_be_restored(order, at=timezone.now()),
            "may_cancel": OrderState.CANCELLED in ORDER_TRANSITIONS[OrderState(order.state)],
        },
        status=422 if form is not None else 200,
    )


@access(team(Role.ORGANISER))
@require_POST
def replace_badge_of(request: Any, event_slug: str, registration_id: int) -> HttpResponse:
    registration = get_object_or_404(Registration, pk=registration_id, event=request.event)
    try:
        replace_badge(registration_id=registration.pk, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("%(name)s has a new badge; the old one opens no door.")
            % {"name": registration.badge_name},
        )
    return redirect("registration:desk_order", event_slug, registration.order_id)
