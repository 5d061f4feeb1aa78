"""Where payment providers leave their messages."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from conference.access import PUBLIC, access
from conference.kernel.errors import InputRefused
from registration.models import ProviderAccount
from registration.operations.hearing import hear
from registration.providers.base import Incoming

MOST_BYTES = 100_000


@csrf_exempt
@access(PUBLIC)
@require_POST
def webhook(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """
    Answer 200 as soon as the message is kept; what it is about is looked into afterwards.

    A wrong signature gets 400, so that the provider's own pages show that its secret is wrong here.
    """
    account = get_object_or_404(ProviderAccount, provider=provider, token=token)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse(status=413)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    incoming = Incoming(
        body=body,
        headers={name.lower(): value for name, value in request.headers.items()},
        query={name: str(value) for name, value in request.GET.items()},
    )
    try:
        message = hear(account_id=account.pk, incoming=incoming, at=timezone.now())
    except InputRefused:
        return HttpResponse(status=400)
    return HttpResponse(status=200 if message is not None and message.signature_ok else 400)
