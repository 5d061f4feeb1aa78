"""The organiser's desk: the addresses of partners' programs, and what was sent there."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.kernel.outgoing import LONGEST_URL
from conference.models import WebhookDelivery, WebhookEndpoint
from conference.operations.webhooks import (
    add_webhook,
    replay_delivery,
    secret_of,
    start_webhook,
    stop_webhook,
    try_webhook,
)
from conference.queries import deliveries_to, webhooks_of_event
from conference.states import WEBHOOK_KINDS, DeliveryState, Role

PAGE_SIZE = 50


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address of the program"),
        max_length=LONGEST_URL,
        help_text=gettext_lazy("It begins with https:// and is on the public internet."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What it is told"),
        choices=[(kind.value, kind.label) for kind in WEBHOOK_KINDS],
        widget=forms.CheckboxSelectMultiple,
    )


@access(team(Role.ORGANISER))
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: Any, event_slug: str) -> HttpResponse:
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint = add_webhook(
                event_id=request.event.pk,
                url=form.cleaned_data["url"],
                kinds=form.cleaned_data["kinds"],
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The program is told from now on. Send it a trial."))
            return redirect("conference:webhook", event_slug, endpoint.pk)
    return render(
        request,
        "conference/desk/webhooks.html",
        {"event": request.event, "webhooks": webhooks_of_event(request.event), "form": form},
        status=422 if form.errors else 200,
    )


@access(team(Role.ORGANISER))
@require_GET
def webhook(request: Any, event_slug: str, endpoint_id: int) -> HttpResponse:  # noqa: ARG001
    endpoint = get_object_or_404(webhooks_of_event(request.event), pk=endpoint_id)
    page = Paginator(deliveries_to(endpoint), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "conference/desk/webhook.html",
        {
            "event": request.event,
            "webhook": endpoint,
            "secret": secret_of(endpoint),
            "page": page,
            "may_be_sent_again": {DeliveryState.DELIVERED, DeliveryState.FAILED},
        },
    )


@access(team(Role.ORGANISER))
@require_POST
def trial(request: Any, event_slug: str, endpoint_id: int) -> HttpResponse:
    return _do(request, event_slug, endpoint_id, try_webhook, gettext_lazy("A trial was sent."))


@access(team(Role.ORGANISER))
@require_POST
def stop(request: Any, event_slug: str, endpoint_id: int) -> HttpResponse:
    said = gettext_lazy("The program is told nothing any more. What waits is kept.")
    return _do(request, event_slug, endpoint_id, stop_webhook, said)


@access(team(Role.ORGANISER))
@require_POST
def start(request: Any, event_slug: str, endpoint_id: int) -> HttpResponse:
    said = gettext_lazy("The program is told again. What waited is on its way.")
    return _do(request, event_slug, endpoint_id, start_webhook, said)


@access(team(Role.ORGANISER))
@require_POST
def replay(request: Any, event_slug: str, delivery_id: int) -> HttpResponse:
    try:
        delivery = replay_delivery(
            delivery_id=delivery_id,
            event_id=request.event.pk,
            actor=request.user,
            at=timezone.now(),
        )
    except WebhookDelivery.DoesNotExist as error:
        raise Http404 from error
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("conference:webhooks", event_slug)
    messages.success(request, _("It was sent again."))
    return redirect("conference:webhook", event_slug, delivery.endpoint_id)


def _do(
    request: Any, event_slug: str, endpoint_id: int, operation: Callable[..., Any], said: Promise
) -> HttpResponse:
    try:
        operation(
            endpoint_id=endpoint_id,
            event_id=request.event.pk,
            actor=request.user,
            at=timezone.now(),
        )
    except WebhookEndpoint.DoesNotExist as error:
        raise Http404 from error
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(said))
    return redirect("conference:webhook", event_slug, endpoint_id)
