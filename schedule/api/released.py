"""Lists of a published programme: made once per release, with an ETag, at most 200 a page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from conference.api.pagination import PageNumbers
from conference.kernel.once import Kept, key_of, made_once, memory
from schedule.queries import ProgrammeFilter, ProgrammeHead, programme_head


def published_head(event_slug: str) -> ProgrammeHead:
    head = programme_head(event_slug)
    if head is None or not head.is_published:
        raise NotFound
    return head


def json_answer(
    request: Request,
    head: ProgrammeHead,
    *,
    address: str,
    make: Callable[[], Any],
    is_worth_keeping: Callable[[], bool],
) -> HttpResponseBase:
    """`make` gives what is to be said; it is asked only if nobody has asked this before."""
    key = key_of(head.release, "api", request.path, address)
    etag = quote_etag(key)
    answer = get_conditional_response(request._request, etag=etag)
    if answer is None:
        body = made_once(
            key, lambda: JSONRenderer().render(make()), is_worth_keeping=is_worth_keeping
        )
        answer = HttpResponse(body, content_type="application/json")
        if memory.get(key) is body:
            answer.kept = Kept(body, head.still_holds)  # type: ignore[attr-defined]
    answer["ETag"] = etag
    answer["Cache-Control"] = "public, max-age=60, must-revalidate"
    patch_vary_headers(answer, ("Accept", "Accept-Language", "Cookie"))
    return answer


class ReleasedList(GenericAPIView[Any]):
    pagination_class = PageNumbers

    def rows(self, head: ProgrammeHead, chosen: ProgrammeFilter) -> QuerySet[Any]:
        raise NotImplementedError

    def row(self, row: Any) -> Any:
        """The row as the serializer takes it."""
        return row

    def choice(self, request: Request) -> ProgrammeFilter:  # noqa: ARG002 - lists without a choice
        return ProgrammeFilter()

    def get(self, request: Request, event_slug: str) -> HttpResponseBase:
        head = published_head(event_slug)
        chosen = self.choice(request)
        size = PageNumbers().get_page_size(request) or PageNumbers.page_size
        number = _page_number(request.query_params.get("page", "1"))

        def address(page: int) -> str:
            return "&".join(
                filter(None, [chosen.address, urlencode({"page": page, "page_size": size})])
            )

        def make() -> dict[str, Any]:
            paginator = Paginator(self.rows(head, chosen), size)
            try:
                page = paginator.page(number)
            except InvalidPage as error:
                raise NotFound("There is no such page.") from error
            here = settings.SITE_URL + request.path
            serializer = self.get_serializer([self.row(row) for row in page], many=True)
            return {
                "count": paginator.count,
                "next": f"{here}?{address(number + 1)}" if page.has_next() else None,
                "previous": f"{here}?{address(number - 1)}" if page.has_previous() else None,
                "results": serializer.data,
            }

        return json_answer(
            request,
            head,
            address=address(number),
            make=make,
            is_worth_keeping=lambda: chosen.is_empty,
        )


def _page_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0):
        raise NotFound("There is no such page.")
    return int(text)
