"""
Answers that are the same for everybody, given before the rest of the machinery wakes up.

A view that made such an answer says so by `response.kept = Kept(…)`. The finished response, with
every header that the middleware gave it, is remembered in this process under everything of the
request that could make it another: address, host, languages, theme, what is accepted. It is
given again only while `still_holds()` says so, and only to requests without a
log-in session and without waiting messages.

This must stand before all other middleware: what it remembers is what left them.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils.cache import get_conditional_response

from conference.kernel.once import LONGEST_WAIT_SECONDS, Kept

Handler = Callable[[HttpRequest], HttpResponseBase]

# The headers that any answer of ours may depend on, beside the address.
_HEADERS = (
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_HX_REQUEST",
    "HTTP_HX_HISTORY_RESTORE_REQUEST",
)


TOKEN_HERE = b"token-of-whoever-reads-this"
_TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')


def without_token(page: bytes) -> bytes:
    """The page with a mark where each reader gets a form token of her own."""
    return _TOKEN.sub(rb"\1" + TOKEN_HERE, page)


@dataclass(frozen=True, slots=True)
class _Answer:
    headers: tuple[tuple[str, str], ...]
    kept: Kept
    making: threading.Lock = field(default_factory=threading.Lock)


class KeptAnswers:
    """The middleware, and what it remembers."""

    MOST: ClassVar[int] = 1000

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self._csrf = CsrfViewMiddleware(lambda _request: HttpResponse())
        self._answers: OrderedDict[tuple[str, ...], _Answer] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = _key(request)
        if key is None:
            return self.get_response(request)
        with self._lock:
            answer = self._answers.get(key)
        if answer is None:
            return self._made(request, key)
        if answer.kept.still_holds():
            return self._give(request, answer)
        # Of a crowd one makes it anew; the others get the old one, or wait for the new one.
        lingers = answer.kept.may_linger()
        is_our_turn = answer.making.acquire(timeout=0 if lingers else LONGEST_WAIT_SECONDS)
        if not is_our_turn and lingers:
            return self._give(request, answer)
        try:
            with self._lock:
                newer = self._answers.get(key)
            if newer is not None and newer is not answer and newer.kept.still_holds():
                return self._give(request, newer)
            return self._made(request, key)
        finally:
            if is_our_turn:
                answer.making.release()

    def _made(self, request: HttpRequest, key: tuple[str, ...]) -> HttpResponseBase:
        response = self.get_response(request)
        kept = getattr(response, "kept", None)
        if isinstance(kept, Kept) and response.status_code == 200:
            self._remember(key, _Answer(tuple(response.headers.items()), kept))
        return response

    def _remember(self, key: tuple[str, ...], answer: _Answer) -> None:
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > self.MOST:
                self._answers.popitem(last=False)

    def _give(self, request: HttpRequest, answer: _Answer) -> HttpResponseBase:
        response = HttpResponse()
        for name, value in answer.headers:
            response.headers[name] = value
        unchanged = get_conditional_response(request, etag=response.get("ETag"), response=response)
        if unchanged is not None and unchanged is not response:
            return unchanged
        if not answer.kept.token_here:
            response.content = answer.kept.body
            return response
        self._csrf.process_request(request)
        token = get_token(request).encode()
        response.content = answer.kept.body.replace(answer.kept.token_here, token)
        response.headers["Content-Length"] = str(len(response.content))
        return self._csrf.process_response(request, response)


def _key(request: HttpRequest) -> tuple[str, ...] | None:
    """Everything of a request that an answer for everybody may depend on; None if it is personal."""
    cookies = request.COOKIES
    if (
        request.method != "GET"
        or settings.SESSION_COOKIE_NAME in cookies
        or "messages" in cookies
        or "HTTP_RANGE" in request.META
        or "HTTP_AUTHORIZATION" in request.META
    ):
        return None
    meta = request.META
    return (
        request.scheme or "",
        meta.get("HTTP_HOST", ""),
        request.path,
        meta.get("QUERY_STRING", ""),
        cookies.get(settings.LANGUAGE_COOKIE_NAME, ""),
        cookies.get("theme", ""),
        *(meta.get(name, "") for name in _HEADERS),
    )
