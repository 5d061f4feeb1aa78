"""Answers about a published programme: made once per release, and 304 to whoever has them."""

import copy
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

from conference.kernel.once import Kept, key_of, made_once, memory
from conference.web.kept import TOKEN_HERE, without_token
from schedule.queries import ProgrammeHead


def page_answer(
    request: HttpRequest,
    head: ProgrammeHead,
    *,
    kind: str,
    address: str,
    make: Callable[[HttpRequest], HttpResponse],
    is_worth_keeping: Callable[[], bool],
) -> HttpResponseBase:
    """
    A page that is the same for everybody who is not signed in, but for the form tokens in it.

    `address` is the one way to write this page's query. The page is made as if it had been
    asked for by that, so that nothing a stranger writes into an address gets into a kept page.
    `is_worth_keeping` is asked after the page was made.
    """
    who = str(request.user.pk) if request.user.is_authenticated else ""
    is_everybodys = not who and "messages" not in request.COOKIES and not settings.DEBUG
    key = key_of(head.release, kind, address, request.COOKIES.get("theme", ""), who)
    etag = f"W/{quote_etag(key)}"
    answer: HttpResponseBase | None = None
    if "messages" not in request.COOKIES:
        answer = get_conditional_response(request, etag=etag)
    if answer is None:
        asked = copy.copy(request)
        asked.META = {**request.META, "QUERY_STRING": address}
        if is_everybodys:
            body = made_once(
                key,
                lambda: without_token(make(asked).content),
                is_worth_keeping=is_worth_keeping,
            )
            answer = HttpResponse(body.replace(TOKEN_HERE, get_token(request).encode()))
            if memory.get(key) is body:
                answer.kept = Kept(body, head.still_holds, TOKEN_HERE)  # type: ignore[attr-defined]
        else:
            answer = make(asked)
            # The middleware sets the cookie of a token by what it finds in the real request.
            for name in ("CSRF_COOKIE", "CSRF_COOKIE_NEEDS_UPDATE"):
                if name in asked.META:
                    request.META[name] = asked.META[name]
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ("Cookie", "Accept-Language", "HX-Request"))
    return answer


def file_answer(
    request: HttpRequest,
    head: ProgrammeHead,
    *,
    kind: str,
    address: str,
    media_type: str,
    filename: str,
    make: Callable[[], bytes],
    is_worth_keeping: Callable[[], bool],
) -> HttpResponseBase:
    """
    An export: the same bytes for everybody, with a strong ETag and the last change's time.

    `filename` is made of slugs alone.
    """
    key = key_of(head.release, kind, address)
    etag = quote_etag(key)
    changed_at = int(head.changed_at.timestamp()) if head.changed_at else None
    answer = get_conditional_response(request, etag=etag, last_modified=changed_at)
    if answer is None:
        body = made_once(key, make, is_worth_keeping=is_worth_keeping)
        answer = HttpResponse(body, content_type=media_type)
        if memory.get(key) is body:
            answer.kept = Kept(body, head.still_holds)  # type: ignore[attr-defined]
        answer["Content-Disposition"] = f'inline; filename="{filename}"'
    answer["ETag"] = etag
    answer["Cache-Control"] = "public, max-age=60, must-revalidate"
    patch_vary_headers(answer, ("Accept-Language", "Cookie"))
    return answer
