"""Long lists of the desk, read from the oldest row on; what comes meanwhile stands at the end."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from conference.api.serializers import StrictSerializer
from conference.models import Event

LONGEST_KEY_DIGITS = 18


class RowsInOrder(CursorPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = ("pk",)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Refuse a cursor that is none of ours: the library would ask the database with it."""
        cursor = super().decode_cursor(request)
        position: Any = cursor.position if cursor else None  # a text, whatever the stubs say
        if position is not None and not (
            position.isascii() and position.isdigit() and len(position) <= LONGEST_KEY_DIGITS
        ):
            raise NotFound("There is no such page.")
        return cursor


class ListFilters(StrictSerializer):
    """What may stand behind the `?` of a list; anything else is refused, not overlooked."""

    cursor = serializers.CharField(required=False, help_text="From `next` or `previous`.")
    page_size = serializers.IntegerField(
        required=False, min_value=1, max_value=RowsInOrder.max_page_size, help_text="At most 200."
    )


class DeskList(GenericAPIView[Any]):
    """A list of an event's rows for its team and for keys. A subclass says which."""

    filters: ClassVar[type[ListFilters]] = ListFilters
    pagination_class = RowsInOrder
    event: Event  # set by the permission

    def rows(self, chosen: dict[str, Any]) -> QuerySet[Any]:
        raise NotImplementedError

    def get(self, request: Request, event_slug: str) -> Response:  # noqa: ARG002 - read by the permission
        filters = self.filters(data=request.query_params.dict())
        filters.is_valid(raise_exception=True)
        page = self.paginate_queryset(self.rows(filters.validated_data))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
