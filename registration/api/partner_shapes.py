"""The shapes of the organiser's part of the API. No secret address of a person is in them."""

import datetime as dt
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from conference.api.cursors import ListFilters
from conference.api.serializers import StrictSerializer
from registration.models import LedgerEntry, Order, Payment, Registration, ScanEvent, StatusProof
from registration.queries.partners import TicketTypeInNumbers, WorkshopInNumbers
from registration.states import (
    LedgerKind,
    OrderState,
    PaymentMethod,
    Profession,
    ProofState,
    RegistrationState,
    ScanDirection,
    ScanMethod,
    ScanResult,
)

LONGEST_TEXT = 1_000  # what is looked at; the rules say what is kept
OLDEST_TRANSFER = dt.timedelta(days=730)
WRONG_CLOCK = dt.timedelta(days=1)


def _since(what: str) -> serializers.DateTimeField:
    return serializers.DateTimeField(
        required=False,
        help_text=f"{what} at this moment or later. Same moments come twice: ids tell.",
    )


class OrderFilters(ListFilters):
    state = serializers.ChoiceField(choices=OrderState.choices, required=False)
    changed_since = _since("Placed or changed, itself or its people,")


class RegistrationFilters(ListFilters):
    state = serializers.ChoiceField(choices=RegistrationState.choices, required=False)
    ticket_type = serializers.SlugField(max_length=60, required=False)
    changed_since = _since("Made or changed, itself or its order,")


class PaymentFilters(ListFilters):
    order = serializers.CharField(max_length=20, required=False, help_text="A reference.")
    recorded_since = _since("Recorded")


class LedgerFilters(ListFilters):
    order = serializers.CharField(max_length=20, required=False, help_text="A reference.")
    entered_since = _since("Entered")


class ScanFilters(ListFilters):
    result = serializers.ChoiceField(choices=ScanResult.choices, required=False)
    point = serializers.IntegerField(
        min_value=1, max_value=2**53, required=False, help_text="Id of the door."
    )
    received_since = _since("Heard of")


class PersonOfOrder(serializers.Serializer[Registration]):
    uid = serializers.UUIDField()
    state = serializers.ChoiceField(choices=RegistrationState.choices)
    ticket_type = serializers.CharField(source="ticket_type.slug")


class PartnerOrder(serializers.Serializer[Order]):
    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=OrderState.choices)
    email = serializers.CharField()
    language = serializers.CharField()
    payment_method = serializers.ChoiceField(choices=PaymentMethod.choices)
    total_minor = serializers.IntegerField(help_text="In minor units, such as cents.")
    owed_minor = serializers.IntegerField(
        help_text="By the ledger; negative if money is owed to the person."
    )
    currency = serializers.CharField()
    placed_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    registrations = PersonOfOrder(many=True)


class ProofOfRegistration(serializers.Serializer[StatusProof]):
    state = serializers.ChoiceField(choices=ProofState.choices)
    due_at = serializers.DateTimeField()
    full_price_minor = serializers.IntegerField(help_text="What the ticket costs without a proof.")


class PartnerRegistration(serializers.Serializer[Registration]):
    uid = serializers.UUIDField()
    order = serializers.CharField(source="order.reference")
    state = serializers.ChoiceField(choices=RegistrationState.choices)
    email = serializers.CharField()
    language = serializers.CharField()
    badge_name = serializers.CharField()
    certificate_name = serializers.CharField()
    profession = serializers.ChoiceField(choices=Profession.choices)
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2")
    institution = serializers.CharField()
    ticket_type = serializers.CharField(source="ticket_type.slug")
    variation = serializers.CharField(source="variation.slug", allow_null=True, default=None)
    workshops = serializers.SerializerMethodField()
    price_minor = serializers.IntegerField()
    currency = serializers.CharField()
    proof = ProofOfRegistration(
        source="proof_of_status", allow_null=True, help_text="null where no status is to be proved"
    )
    registered_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)

    def get_workshops(self, registration: Registration) -> list[str]:
        booked: list[Any] = registration.booked  # type: ignore[attr-defined] # prefetched
        return [booking.workshop.slug for booking in booked]


class NamesInput(StrictSerializer):
    badge_name = serializers.CharField(max_length=LONGEST_TEXT, required=False)
    certificate_name = serializers.CharField(max_length=LONGEST_TEXT, required=False)
    institution = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)


class NoInput(StrictSerializer):
    """An action that needs nothing but its address."""


class PaymentInput(StrictSerializer):
    amount_minor = serializers.IntegerField(min_value=1, max_value=2**53)
    currency = serializers.RegexField(r"\A[A-Z]{3}\Z")
    external_id = serializers.CharField(
        max_length=100, help_text="The bank's identifier of the transfer; it counts once."
    )
    received_at = serializers.DateTimeField()

    def validate_received_at(self, received_at: dt.datetime) -> dt.datetime:
        now = timezone.now()
        if not now - OLDEST_TRANSFER <= received_at <= now + WRONG_CLOCK:
            raise serializers.ValidationError(
                "A transfer of the last two years is expected.", code="range"
            )
        return received_at


class PartnerPayment(serializers.Serializer[Payment]):
    id = serializers.IntegerField()
    order = serializers.CharField(source="order.reference")
    method = serializers.ChoiceField(choices=PaymentMethod.choices)
    amount_minor = serializers.IntegerField()
    currency = serializers.CharField()
    external_id = serializers.CharField()
    received_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()


class PartnerLedgerEntry(serializers.Serializer[LedgerEntry]):
    id = serializers.IntegerField()
    order = serializers.CharField(source="order.reference")
    kind = serializers.ChoiceField(choices=LedgerKind.choices)
    amount_minor = serializers.IntegerField(
        help_text="Signed: charges and refunds raise what is owed."
    )
    currency = serializers.CharField()
    payment = serializers.IntegerField(source="payment_id", allow_null=True)
    entered_at = serializers.DateTimeField()


class PartnerScan(serializers.Serializer[ScanEvent]):
    id = serializers.IntegerField()
    client_uid = serializers.UUIDField()
    point = serializers.IntegerField(source="point_id")
    door = serializers.CharField(source="point.name")
    session = serializers.SerializerMethodField(
        help_text="Code of the session, if it was its door."
    )
    registration = serializers.SerializerMethodField(help_text="Nobody's, if the code was unknown.")
    direction = serializers.ChoiceField(choices=ScanDirection.choices)
    method = serializers.ChoiceField(choices=ScanMethod.choices)
    result = serializers.ChoiceField(choices=ScanResult.choices)
    scanned_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()

    def get_session(self, scan: ScanEvent) -> str | None:
        return scan.session.code if scan.session else None

    def get_registration(self, scan: ScanEvent) -> str | None:
        return str(scan.registration.uid) if scan.registration else None


class PartnerTicketType(serializers.Serializer[TicketTypeInNumbers]):
    slug = serializers.CharField(source="ticket_type.slug")
    name = serializers.SerializerMethodField()
    price_minor = serializers.IntegerField(source="ticket_type.price_minor")
    currency = serializers.CharField(source="ticket_type.currency")
    places = serializers.IntegerField(source="ticket_type.places")
    places_taken = serializers.IntegerField(source="ticket_type.places_taken")
    places_left = serializers.IntegerField()
    is_offered = serializers.BooleanField(source="ticket_type.is_offered")
    is_on_sale = serializers.BooleanField()
    sale_starts_at = serializers.DateTimeField(source="ticket_type.sale_starts_at", allow_null=True)
    sale_ends_at = serializers.DateTimeField(source="ticket_type.sale_ends_at", allow_null=True)

    def get_name(self, numbers: TicketTypeInNumbers) -> str:
        return str(numbers.ticket_type.name)


class PartnerWorkshop(serializers.Serializer[WorkshopInNumbers]):
    slug = serializers.CharField(source="workshop.slug")
    name = serializers.SerializerMethodField()
    price_minor = serializers.IntegerField(source="workshop.price_minor")
    currency = serializers.CharField(source="workshop.currency")
    seats = serializers.IntegerField(source="workshop.seats")
    seats_taken = serializers.IntegerField(source="workshop.seats_taken")
    seats_left = serializers.IntegerField()
    is_offered = serializers.BooleanField(source="workshop.is_offered")
    session = serializers.CharField(source="workshop.session.code", allow_null=True, default=None)

    def get_name(self, numbers: WorkshopInNumbers) -> str:
        return str(numbers.workshop.name)
