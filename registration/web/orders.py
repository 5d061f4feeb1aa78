"""The page of an order, opened by its secret address from any device."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conference.access import SECRET_ADDRESS, access
from conference.kernel.errors import DomainError
from conference.kernel.money import Money
from conference.models import User
from registration.models import Order
from registration.operations.cancelling import cancel_own_order
from registration.operations.extending import extend_hold
from registration.queries.order_page import order_on_its_page
from registration.queries.paying import ways_on_the_page
from registration.queries.refunds import cancellations_of
from registration.rules.references import written_reference


def _order(token: str) -> Order:
    return get_object_or_404(Order.objects.select_related("event", "event__venue"), token=token)


def actor_of(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


@access(SECRET_ADDRESS)
@require_GET
def order_page(request: HttpRequest, token: str) -> HttpResponse:
    at = timezone.now()
    page = order_on_its_page(_order(token), at=at)
    order = page.order
    is_owed = page.is_waiting or page.owes_for_additions
    return render(
        request,
        "registration/order.html",
        {
            "event": order.event,
            "page": page,
            "order": order,
            "reference": written_reference(order.reference),
            "ways": ways_on_the_page(order) if is_owed else None,
            "now": at,
        },
    )


@access(SECRET_ADDRESS)
@require_POST
def extend(request: HttpRequest, token: str) -> HttpResponse:
    try:
        extend_hold(order_id=_order(token).pk, actor=actor_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have more time to pay."))
    return redirect("registration:order", token)


@access(SECRET_ADDRESS)
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """What cancelling gives back is shown first; the second step does it."""
    order = _order(token)
    if request.method == "POST":
        try:
            cancel_own_order(order_id=order.pk, actor=actor_of(request), at=timezone.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your order is cancelled."))
        return redirect("registration:order", token)
    page = order_on_its_page(order, at=timezone.now())
    if not page.may_be_cancelled:
        messages.error(request, _("This order can no longer be cancelled here."))
        return redirect("registration:order", token)
    cancellations = cancellations_of(order, at=timezone.now())
    refund = sum(one.refund.amount_minor for _registration, one in cancellations)
    return render(
        request,
        "registration/cancel_order.html",
        {
            "event": order.event,
            "order": order,
            "page": page,
            "cancellations": cancellations,
            "refund": Money(refund, order.currency),
        },
    )
