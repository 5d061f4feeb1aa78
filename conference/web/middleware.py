"""Whole classes of bad input end here, before any view."""

import logging
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string
from django.utils.decorators import sync_only_middleware
from django.utils.translation import gettext as _

from conference.access import SECRET_ADDRESS, declared_access
from conference.web.errors import is_for_a_program, refused_in_json

logger = logging.getLogger(__name__)

UNREADABLE = (DataError, UnicodeError, RecursionError, RequestDataTooBig, TooManyFieldsSent)

COME_BACK_AFTER_SECONDS = 5

Handler = Callable[[HttpRequest], HttpResponse]


class RefuseUnreadableRequests:
    """NUL and invalid UTF-8 in an address answer 400; so do values PostgreSQL cannot hold."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        raw = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
        if b"\x00" in raw or "\x00" in request.path:
            return _refuse(request, _("The address has a character that means nothing."))
        try:
            raw.decode()
        except UnicodeDecodeError:
            return _refuse(request, _("The address is not valid UTF-8."))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """
        Close a hole in our own checks for the visitor, and log it for us to mend.

        A `try` around `get_response` would see nothing: Django makes an answer of every exception
        before it leaves the layer that raised it.
        """
        if not isinstance(exception, UNREADABLE):
            return None
        logger.error("Unreadable input reached a view: %s", request.path, exc_info=exception)
        return _refuse(request, _("We could not read what was sent."))


def _refuse(request: HttpRequest, words: str) -> HttpResponse:
    if is_for_a_program(request):
        return refused_in_json("unreadable", words, status=400)
    return HttpResponseBadRequest(words)


class AnswerWhenBusy:
    """
    A lock waited for too long, a restart of the database: 503 and when to come back, not a crash.

    Django rolled the work back, and forms and API keys count a repetition once, so coming back is
    safe.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError):
            return None
        logger.error("The database did not answer in time: %s", request.path, exc_info=exception)
        if is_for_a_program(request):
            words = _("Very many people are here. Please send it again in some seconds.")
            response = refused_in_json("busy", words, status=503)
        else:
            response = HttpResponse(render_to_string("503.html"), status=503)
        response["Retry-After"] = str(COME_BACK_AFTER_SECONDS)
        return response


@sync_only_middleware
def keep_personal_pages_private(get_response: Handler) -> Handler:
    """
    Pages of a person are not stored by anybody, unless a view said otherwise.

    Hers are those she sees signed in, and those whose address only she knows.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response and (
            request.user.is_authenticated or _is_secret(request)
        ):
            response["Cache-Control"] = "private, no-store"
        return response

    def _is_secret(request: HttpRequest) -> bool:
        match = request.resolver_match
        return match is not None and declared_access(match.func) == SECRET_ADDRESS

    return middleware


@sync_only_middleware
def let_the_back_office_evaluate(get_response: Handler) -> Handler:
    """
    Allow the admin's library what it needs and no other page gets: Alpine's eval, inline styles.

    Only staff reach these pages, and Django escapes what they show; scripts still come from us alone.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_update = {  # type: ignore[attr-defined] # read by django-csp
                "script-src": [UNSAFE_EVAL],
                "style-src": [UNSAFE_INLINE],
            }
        return response

    return middleware
