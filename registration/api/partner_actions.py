"""The organiser's part of the API: changing. Each action may be sent again with its key."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conference.access import team
from conference.models import ApiKey, Event, User
from conference.states import ApiScope, Role
from registration.api.partner_shapes import (
    NamesInput,
    NoInput,
    PartnerOrder,
    PartnerPayment,
    PartnerRegistration,
    PaymentInput,
)
from registration.models import Order
from registration.operations.answering_once import Answer, answer_once
from registration.operations.serving_partners import (
    cancel_order_for_partner,
    correct_names_for_partner,
    record_payment_for_partner,
)
from registration.queries.partners import order_for_partners, registration_for_partners
from registration.rules.references import read_reference

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    location=OpenApiParameter.HEADER,
    description="The same key and body again get the same answer, and nothing happens twice.",
)


def _who(request: Request) -> dict[str, Any]:
    """The key or the person that acts."""
    return {
        "key": request.auth if isinstance(request.auth, ApiKey) else None,
        "actor": request.user if isinstance(request.user, User) else None,
    }


class OrderAction(APIView):
    """Does something to one order, once per Idempotency-Key."""

    action: ClassVar[str]
    input_class: ClassVar[type[NoInput | PaymentInput]]
    event: Event  # set by the permission

    def act(self, request: Request, reference: str, wanted: dict[str, Any]) -> Answer:
        raise NotImplementedError

    def answer(self, request: Request, written: str) -> Response:
        wanted = self.input_class(data=request.data)
        wanted.is_valid(raise_exception=True)
        reference = read_reference(written)
        if reference is None:
            raise NotFound

        def work() -> Answer:
            try:
                return self.act(request, reference, wanted.validated_data)
            except Order.DoesNotExist as error:
                raise NotFound from error

        idempotency_key = request.headers.get("Idempotency-Key")
        if idempotency_key is None:
            answer = work()
        else:
            who = _who(request)
            whose = f"key {who['key'].pk}" if who["key"] else f"user {who['actor'].pk}"
            answer = answer_once(
                scope=f"{self.action} {self.event.pk} {reference} {whose}",
                key=idempotency_key,
                body=request.data,
                at=timezone.now(),
                work=work,
            )
        response = Response(answer.response, status=answer.status_code)
        if answer.is_replay:
            response["Idempotent-Replayed"] = "true"
        return response


class CancelOrder(OrderAction):
    """Cancel an order and give its places back. Money that arrived stays in the ledger as owed."""

    access = team(Role.ORGANISER, scope=ApiScope.ORDERS_WRITE)
    action = "cancel"
    input_class = NoInput

    @extend_schema(request=NoInput, responses=PartnerOrder, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, event_slug: str, reference: str) -> Response:  # noqa: ARG002
        return self.answer(request, reference)

    def act(self, request: Request, reference: str, wanted: dict[str, Any]) -> Answer:  # noqa: ARG002
        cancel_order_for_partner(
            event=self.event, reference=reference, at=timezone.now(), **_who(request)
        )
        return Answer(200, PartnerOrder(order_for_partners(self.event, reference)).data)


class RecordPayment(OrderAction):
    """Record a bank transfer. The order is confirmed once everything is paid."""

    access = team(Role.ORGANISER, scope=ApiScope.PAYMENTS_WRITE)
    action = "payment"
    input_class = PaymentInput

    @extend_schema(
        request=PaymentInput, responses={201: PartnerPayment}, parameters=[IDEMPOTENCY_KEY]
    )
    def post(self, request: Request, event_slug: str, reference: str) -> Response:  # noqa: ARG002
        return self.answer(request, reference)

    def act(self, request: Request, reference: str, wanted: dict[str, Any]) -> Answer:
        payment = record_payment_for_partner(
            event=self.event, reference=reference, at=timezone.now(), **wanted, **_who(request)
        )
        return Answer(201, PartnerPayment(payment).data)


class OneRegistration(APIView):
    """One place by its `uid`."""

    access = team(Role.ORGANISER, scope=ApiScope.REGISTRATIONS_READ)
    event: Event

    @extend_schema(responses=PartnerRegistration)
    def get(self, request: Request, event_slug: str, uid: str) -> Response:  # noqa: ARG002
        registration = registration_for_partners(self.event, uid)
        if registration is None:
            raise NotFound
        return Response(PartnerRegistration(registration).data)


class Names(APIView):
    """Correct how a person is called on her badge and certificate, and where she works."""

    access = team(Role.ORGANISER, scope=ApiScope.REGISTRATIONS_WRITE)
    event: Event

    @extend_schema(request=NamesInput, responses=PartnerRegistration)
    def patch(self, request: Request, event_slug: str, uid: str) -> Response:  # noqa: ARG002
        changes = NamesInput(data=request.data)
        changes.is_valid(raise_exception=True)
        registration = registration_for_partners(self.event, uid)
        if registration is None:
            raise NotFound
        correct_names_for_partner(
            event=self.event,
            registration_id=registration.pk,
            changes=changes.validated_data,
            at=timezone.now(),
            **_who(request),
        )
        return Response(PartnerRegistration(registration_for_partners(self.event, uid)).data)
