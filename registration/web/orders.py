"""The page of an order, opened by its secret address."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from conference.access import SECRET_ADDRESS, access
from conference.kernel.errors import DomainError
from conference.models import User
from registration.models import Order
from registration.operations.cancelling import cancel_own_order
from registration.queries.orders import order_on_its_page
from registration.queries.paying import ways_on_the_page
from registration.rules.references import written_reference
from registration.rules.sale import may_cancel_alone


@access(SECRET_ADDRESS)
@require_GET
def order_page(request: HttpRequest, token: str) -> HttpResponse:
    page = order_on_its_page(get_object_or_404(Order, token=token), at=timezone.now())
    order = page.order
    today = timezone.now().astimezone(order.event.zone).date()
    language = get_language() or "es"
    return render(
        request,
        "registration/order.html",
        {
            "event": order.event,
            "page": page,
            "order": order,
            "reference": written_reference(order.reference),
            "total": order.total.written(language),
            "owed": page.owed.written(language),
            "ways": ways_on_the_page(order) if page.is_waiting or page.owes_more else None,
            "may_cancel": may_cancel_alone(
                state=order.state,
                total=order.total,
                first_day=order.event.first_day,
                today=today,
            ),
        },
    )


@access(SECRET_ADDRESS)
@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    order = get_object_or_404(Order, token=token)
    actor = request.user if isinstance(request.user, User) else None
    try:
        cancel_own_order(order_id=order.pk, actor=actor, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your order is cancelled."))
    return redirect("registration:order", token)
