"""
What every stranger sees alike but may change at any time, such as the places left: kept for a
second, so that a crowd costs one page a second and nobody sees anything older than two.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import SimpleTemplateResponse

from conference.kernel.once import Kept
from conference.web.kept import TOKEN_HERE, without_token

FRESH_SECONDS = 1.0
LINGERS_SECONDS = 1.5

View = Callable[..., HttpResponseBase]


def kept_for_a_moment(view: View) -> View:
    """
    For a view whose answer to a stranger depends on the address and the languages alone.

    A question with a query is answered each time: a stranger can invent as many as she likes.
    """

    @wraps(view)
    def kept(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        began = time.monotonic()  # what is read later is never older than this
        response = view(request, *arguments, **named)
        has_query = bool(request.META.get("QUERY_STRING"))
        if settings.DEBUG or has_query or not isinstance(response, HttpResponse):
            return response
        return keep_while(
            response,
            lambda: time.monotonic() - began < FRESH_SECONDS,
            may_linger=lambda: time.monotonic() - began < LINGERS_SECONDS,
        )

    return kept


def keep_while(
    response: HttpResponse,
    still_holds: Callable[[], bool],
    *,
    may_linger: Callable[[], bool] = lambda: False,
) -> HttpResponse:
    """Let `conference.web.kept` give this answer to strangers as long as that holds."""

    def keep(finished: HttpResponse) -> None:
        body = without_token(finished.content)
        token_here = TOKEN_HERE if TOKEN_HERE in body else b""
        finished.kept = Kept(body, still_holds, token_here, may_linger)  # type: ignore[attr-defined] # read by the middleware

    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.add_post_render_callback(keep)
    else:
        keep(response)
    return response
