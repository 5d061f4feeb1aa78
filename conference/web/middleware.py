"""Whole classes of bad input end here, before any view."""

import logging
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.decorators import sync_only_middleware
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]


@sync_only_middleware
def refuse_unreadable_requests(get_response: Handler) -> Handler:
    """NUL and invalid UTF-8 in an address answer 400; so do values PostgreSQL cannot hold."""

    def middleware(request: HttpRequest) -> HttpResponse:
        raw = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
        if b"\x00" in raw or "\x00" in request.path:
            return HttpResponseBadRequest(_("The address has a character that means nothing."))
        try:
            raw.decode()
        except UnicodeDecodeError:
            return HttpResponseBadRequest(_("The address is not valid UTF-8."))
        try:
            return get_response(request)
        except (DataError, UnicodeError, RecursionError, RequestDataTooBig, TooManyFieldsSent):
            # A hole in our own checks: closed here for the visitor, logged for us to mend.
            logger.exception("Unreadable input reached a view: %s", request.path)
            return HttpResponseBadRequest(_("We could not read what was sent."))

    return middleware


@sync_only_middleware
def keep_personal_pages_private(get_response: Handler) -> Handler:
    """Pages of a person are not stored by anybody, unless a view said otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response

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
