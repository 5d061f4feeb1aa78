import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from conference.api.serializers import StrictSerializer
from registration.models import Order, Registration
from registration.queries.orders import TicketTypeOnSale, WorkshopOnSale, registrations_in
from registration.queries.wishes import MOST_PEOPLE
from registration.rules.attendees import AttendeeDetails, problems_of
from registration.states import OrderState, PaymentMethod, Profession, RegistrationState

LONGEST_TEXT = 1_000  # what is looked at; the rules say what is kept


class TicketTypeOutput(serializers.Serializer[TicketTypeOnSale]):
    slug = serializers.CharField(source="ticket_type.slug")
    name = serializers.SerializerMethodField()
    description = serializers.SerializerMethodField()
    price_minor = serializers.IntegerField(source="ticket_type.price_minor")
    currency = serializers.CharField(source="ticket_type.currency")
    places = serializers.IntegerField(source="ticket_type.places")
    places_left = serializers.IntegerField()
    is_on_sale = serializers.BooleanField()
    sale_starts_at = serializers.DateTimeField(source="ticket_type.sale_starts_at", allow_null=True)
    sale_ends_at = serializers.DateTimeField(source="ticket_type.sale_ends_at", allow_null=True)

    def get_name(self, on_sale: TicketTypeOnSale) -> str:
        return str(on_sale.ticket_type.name)

    def get_description(self, on_sale: TicketTypeOnSale) -> str:
        return str(on_sale.ticket_type.description)


class WorkshopOutput(serializers.Serializer[WorkshopOnSale]):
    slug = serializers.CharField(source="workshop.slug")
    name = serializers.SerializerMethodField()
    price_minor = serializers.IntegerField(source="workshop.price_minor")
    currency = serializers.CharField(source="workshop.currency")
    seats = serializers.IntegerField(source="workshop.seats")
    seats_left = serializers.IntegerField()
    session = serializers.CharField(source="workshop.session.code", allow_null=True, default=None)

    def get_name(self, on_sale: WorkshopOnSale) -> str:
        return str(on_sale.workshop.name)


class AttendeeInput(StrictSerializer):
    email = serializers.CharField(max_length=LONGEST_TEXT)
    badge_name = serializers.CharField(max_length=LONGEST_TEXT, trim_whitespace=False)
    certificate_name = serializers.CharField(max_length=LONGEST_TEXT, trim_whitespace=False)
    profession = serializers.ChoiceField(choices=Profession.choices)
    country = serializers.CharField(max_length=2, help_text="ISO 3166-1 alpha-2")
    institution = serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, default=""
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        problems = problems_of(AttendeeDetails(**attrs))
        if problems:
            raise serializers.ValidationError(
                {
                    name: [serializers.ErrorDetail(str(refusal), code=refusal.code)]
                    for name, refusal in problems.items()
                }
            )
        return attrs


class PersonInput(StrictSerializer):
    """One person of an order, with what she wants. `answers` are by the questions' short names."""

    attendee = AttendeeInput()
    ticket_type = serializers.SlugField(max_length=60)
    variation = serializers.SlugField(max_length=60, required=False, allow_blank=True, default="")
    workshops = serializers.ListField(
        child=serializers.SlugField(max_length=60), required=False, default=list, max_length=20
    )
    answers = serializers.DictField(required=False, default=dict)


class OrderInput(StrictSerializer):
    people = serializers.ListField(child=PersonInput(), allow_empty=False, max_length=MOST_PEOPLE)
    payment_method = serializers.ChoiceField(
        choices=PaymentMethod.choices, required=False, default=PaymentMethod.FREE.value
    )
    currency = serializers.RegexField(
        r"^[A-Z]{3}$", required=False, default="",
        help_text="ISO 4217; without it the first ticket's own",
    )  # fmt: skip
    voucher = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    payer_email = serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, default="",
        help_text="who pays, if it is nobody of these people",
    )  # fmt: skip
    payer_name = serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, default=""
    )
    terms_accepted = serializers.BooleanField()
    language = serializers.ChoiceField(
        choices=[code for code, _name in settings.LANGUAGES],
        required=False,
        default=settings.LANGUAGE_CODE,
    )


class PlaceOutput(serializers.Serializer[Registration]):
    token = serializers.CharField()
    state = serializers.ChoiceField(choices=RegistrationState.choices)
    badge_name = serializers.CharField()
    certificate_name = serializers.CharField()
    price_minor = serializers.IntegerField()
    price_reason = serializers.JSONField()


class OrderOutput(serializers.Serializer[Order]):
    token = serializers.CharField()
    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=OrderState.choices)
    payment_method = serializers.ChoiceField(choices=PaymentMethod.choices)
    total_minor = serializers.IntegerField()
    currency = serializers.CharField()
    placed_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    page = serializers.SerializerMethodField()
    registrations = PlaceOutput(many=True)

    def get_page(self, order: Order) -> str:
        return self.page_of(order)

    @staticmethod
    def page_of(order: Order) -> str:
        address: str = settings.SITE_URL + reverse("registration:order", args=[order.token])
        return address


PLACE_FIELDS = tuple(PlaceOutput().fields.keys())
_NOT_COPIED = {"page", "registrations"}
ORDER_FIELDS = tuple(name for name in tuple(OrderOutput().fields.keys()) if name not in _NOT_COPIED)


def order_in_json(order: Order) -> dict[str, Any]:
    """What `OrderOutput` says, for crowds that buy: a serializer of DRF costs more than the order."""
    values = {name: getattr(order, name) for name in ORDER_FIELDS}
    return {name: _in_json(value) for name, value in values.items()} | {
        "page": OrderOutput.page_of(order),
        "registrations": [
            {name: _in_json(getattr(registration, name)) for name in PLACE_FIELDS}
            for registration in registrations_in(order)
        ],
    }


def _in_json(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return str(value) if isinstance(value, str) else value
