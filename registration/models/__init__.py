from registration.models.attendance import (
    AttendanceDerivation,
    AttendanceInterval,
    ScanEvent,
    ScanPoint,
)
from registration.models.badge import Badge
from registration.models.idempotency_key import IdempotencyKey
from registration.models.order import Order
from registration.models.payment import LedgerEntry, Payment
from registration.models.policy import RegistrationPolicy
from registration.models.registration import Registration, RegistrationQuerySet
from registration.models.ticket_type import TicketType
from registration.models.workshop import Workshop, WorkshopBooking, offered_at

__all__ = [
    "AttendanceDerivation",
    "AttendanceInterval",
    "Badge",
    "IdempotencyKey",
    "LedgerEntry",
    "Order",
    "Payment",
    "Registration",
    "RegistrationPolicy",
    "RegistrationQuerySet",
    "ScanEvent",
    "ScanPoint",
    "TicketType",
    "Workshop",
    "WorkshopBooking",
    "offered_at",
]
