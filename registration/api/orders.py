"""What is on sale, placing an order, and looking at it by its secret token."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conference.access import PUBLIC, SECRET_ADDRESS
from conference.kernel.tokens import new_token, token_hash
from conference.models import Event, User
from registration.api.order_shapes import (
    OrderInput,
    OrderOutput,
    TicketTypeOutput,
    WorkshopOutput,
)
from registration.models import Order, TicketType, Workshop
from registration.operations.answering_once import Answer, answer_once
from registration.operations.ordering import place_order
from registration.queries.orders import ticket_types_offered, workshops_offered
from registration.rules.attendees import AttendeeDetails
from registration.rules.refusals import NothingLikeIt


class TicketTypes(APIView):
    access = PUBLIC

    @extend_schema(responses=TicketTypeOutput(many=True))
    def get(self, _request: Request, event_slug: str) -> Response:
        event = get_object_or_404(Event.objects.published(), slug=event_slug)
        offered: Any = ticket_types_offered(event, at=timezone.now())
        return Response(TicketTypeOutput(offered, many=True).data)


class Workshops(APIView):
    access = PUBLIC

    @extend_schema(responses=WorkshopOutput(many=True))
    def get(self, _request: Request, event_slug: str) -> Response:
        event = get_object_or_404(Event.objects.published(), slug=event_slug)
        offered: Any = workshops_offered(event, at=timezone.now())
        return Response(WorkshopOutput(offered, many=True).data)


class Orders(APIView):
    access = PUBLIC

    @extend_schema(
        request=OrderInput,
        responses={201: OrderOutput},
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                location=OpenApiParameter.HEADER,
                description="The same key and body again get the same answer and no second order.",
            )
        ],
    )
    def post(self, request: Request, event_slug: str) -> Response:
        key = request.headers.get("Idempotency-Key")
        wanted = OrderInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        if key is None:
            answer = self._place(request, event_slug, wanted.validated_data, new_token())
        else:
            answer = answer_once(
                scope=f"orders:{event_slug}",
                key=key,
                body=request.data,
                at=timezone.now(),
                work=lambda: self._place(
                    request, event_slug, wanted.validated_data, token_hash(f"{event_slug}:{key}")
                ),
            )
        response = Response(answer.response, status=answer.status_code)
        if answer.is_replay:
            response["Idempotent-Replayed"] = "true"
        return response

    @staticmethod
    def _place(
        request: Request, event_slug: str, wanted: dict[str, Any], submission_token: str
    ) -> Answer:
        event_id, ticket_type_id = _ticket_type(event_slug, wanted["ticket_type"])
        order = place_order(
            event_id=event_id,
            attendee=AttendeeDetails(**wanted["attendee"]),
            ticket_type_id=ticket_type_id,
            workshop_ids=_workshop_ids(event_id, wanted["workshops"]),
            payment_method=wanted["payment_method"],
            terms_accepted=wanted["terms_accepted"],
            submission_token=submission_token,
            language=wanted["language"],
            actor=request.user if isinstance(request.user, User) else None,
            at=timezone.now(),
        )
        return Answer(201, OrderOutput(order).data)


def _ticket_type(event_slug: str, slug: str) -> tuple[int, int]:
    """The event and the ticket type in one query."""
    found = (
        TicketType.objects.filter(
            event__slug=event_slug, event__published_at__isnull=False, slug=slug
        )
        .values_list("event_id", "pk")
        .first()
    )
    if found:
        return found
    if not Event.objects.published().filter(slug=event_slug).exists():
        raise Http404
    raise NothingLikeIt(_("There is no such ticket at this event."), field="ticket_type")


def _workshop_ids(event_id: int, slugs: list[str]) -> list[int]:
    if not slugs:
        return []
    found = dict(
        Workshop.objects.filter(event_id=event_id, slug__in=slugs).values_list("slug", "pk")
    )
    # 0 is nobody's id: the operation refuses it in the words it has for that.
    return [found.get(slug, 0) for slug in slugs]


class OrderByToken(APIView):
    access = SECRET_ADDRESS

    @extend_schema(responses=OrderOutput)
    def get(self, _request: Request, token: str) -> Response:
        return Response(OrderOutput(get_object_or_404(Order, token=token)).data)
