"""Paying an order: from its page to the provider's page, and back to words about how it went."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from conference.access import SECRET_ADDRESS, access
from conference.kernel.errors import DomainError
from registration.models import Order, PaymentAttempt
from registration.operations.looking import look_soon
from registration.operations.starting_payments import start_payment
from registration.queries.paying import attempt_on_its_page
from registration.rules.references import written_reference
from registration.states import PROVIDER_OF_METHOD


@access(SECRET_ADDRESS)
@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponse:
    order = get_object_or_404(Order, token=token)
    provider = dict(PROVIDER_OF_METHOD).get(request.POST.get("method", ""), "")  # type: ignore[call-overload] # a word of a stranger
    try:
        attempt = start_payment(order_id=order.pk, provider=provider, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("registration:order", token)
    return redirect("registration:go_and_pay", token, attempt.token)


@access(SECRET_ADDRESS)
@require_GET
def go_and_pay(request: HttpRequest, token: str, attempt_token: str) -> HttpResponse:
    """
    A page with a link, and not a redirect of the form.

    `form-action 'self'` of our policy stops a form whose answer leads to another site.
    """
    attempt = _found(token, attempt_token)
    if not attempt.checkout_url:
        return redirect("registration:order", token)
    response = render(
        request, "registration/go_and_pay.html", {"attempt": attempt, "event": attempt.order.event}
    )
    response["Refresh"] = f"0; url={attempt.checkout_url}"
    return response


@access(SECRET_ADDRESS)
@require_GET
def payment_attempt(request: HttpRequest, token: str, attempt_token: str) -> HttpResponse:
    """How it went. The page asks for itself again while nothing is known."""
    attempt = look_soon(attempt_id=_found(token, attempt_token).pk, at=timezone.now())
    shown = attempt_on_its_page(attempt, at=timezone.now())
    template = "registration/payment_attempt.html"
    if request.htmx and not request.htmx.boosted:  # type: ignore[attr-defined] # of django-htmx
        template += "#state"
    response = render(
        request,
        template,
        {
            "event": attempt.order.event,
            "order": attempt.order,
            "attempt": attempt,
            "shown": shown,
            "amount": attempt.amount.written(get_language() or "es"),
            "owed": shown.owed.written(get_language() or "es"),
            "reference": written_reference(attempt.order.reference),
        },
    )
    response["Vary"] = "HX-Request"
    return response


def _found(token: str, attempt_token: str) -> PaymentAttempt:
    return get_object_or_404(
        PaymentAttempt.objects.select_related("order", "order__event", "account"),
        token=attempt_token,
        order__token=token,
    )
