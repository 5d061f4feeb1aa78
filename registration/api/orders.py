"""What is on sale, placing an order, and looking at it by its secret token."""

from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conference.access import PUBLIC, SECRET_ADDRESS
from conference.kernel.tokens import new_token, token_hash
from conference.limiting import MINUTE_SECONDS, asks_too_often
from conference.models import Event, User
from conference.web.momentary import kept_for_a_moment
from registration.api.order_shapes import (
    OrderInput,
    OrderOutput,
    TicketTypeOutput,
    WorkshopOutput,
    order_in_json,
)
from registration.models import Order
from registration.operations.answering_once import Answer, answer_once
from registration.operations.ordering import place_order
from registration.queries.orders import ticket_types_offered, workshops_offered
from registration.queries.wishes import PersonWish
from registration.rules.attendees import AttendeeDetails
from registration.rules.refusals import NothingLikeIt, NotOnSale

# Built once: a serializer copies all its fields, and validating keeps nothing in it.
ORDER_INPUT = OrderInput()


@method_decorator(kept_for_a_moment, name="dispatch")
class TicketTypes(APIView):
    access = PUBLIC

    @extend_schema(responses=TicketTypeOutput(many=True))
    def get(self, _request: Request, event_slug: str) -> Response:
        event = get_object_or_404(Event.objects.published(), slug=event_slug)
        offered: Any = ticket_types_offered(event, at=timezone.now())
        return Response(TicketTypeOutput(offered, many=True).data)


@method_decorator(kept_for_a_moment, name="dispatch")
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
        if asks_too_often(
            request._request, what="order", most_per_minute=settings.ORDERS_PER_MINUTE
        ):
            raise Throttled(wait=MINUTE_SECONDS)
        key = request.headers.get("Idempotency-Key")
        wanted: dict[str, Any] = ORDER_INPUT.run_validation(request.data)
        if key is None:
            answer = self._place(request, event_slug, wanted, new_token())
        else:
            answer = answer_once(
                scope=f"orders:{event_slug}",
                key=key,
                body=request.data,
                at=timezone.now(),
                work=lambda: self._place(
                    request, event_slug, wanted, token_hash(f"{event_slug}:{key}")
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
        try:
            order = place_order(
                event_slug=event_slug,
                people=[
                    PersonWish(
                        attendee=AttendeeDetails(**person["attendee"]),
                        ticket_type=person["ticket_type"],
                        variation=person["variation"],
                        workshops=person["workshops"],
                        answers=person["answers"],
                    )
                    for person in wanted["people"]
                ],
                currency=wanted["currency"],
                voucher_code=wanted["voucher"],
                payer_email=wanted["payer_email"],
                payer_name=wanted["payer_name"],
                payment_method=wanted["payment_method"],
                terms_accepted=wanted["terms_accepted"],
                submission_token=submission_token,
                language=wanted["language"],
                actor=request.user if isinstance(request.user, User) else None,
                at=timezone.now(),
            )
        except (NothingLikeIt, NotOnSale):
            # Of an event that nobody may see, nothing is said.
            get_object_or_404(Event.objects.published(), slug=event_slug)
            raise
        return Answer(201, order_in_json(order))


class OrderByToken(APIView):
    access = SECRET_ADDRESS

    @extend_schema(responses=OrderOutput)
    def get(self, _request: Request, token: str) -> Response:
        return Response(OrderOutput(get_object_or_404(Order, token=token)).data)
