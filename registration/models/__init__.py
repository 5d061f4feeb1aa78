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
from registration.models.pricing import GroupDiscount, Price, PricePhase, Society, SocietyMember
from registration.models.question import Answer, Question
from registration.models.quota import Quota, QuotaPlace
from registration.models.registration import Registration, RegistrationQuerySet
from registration.models.ticket_type import TicketType
from registration.models.variation import TicketVariation
from registration.models.voucher import Voucher
from registration.models.workshop import IncludedWorkshop, Workshop, WorkshopBooking, offered_at

__all__ = [
    "Answer",
    "AttendanceDerivation",
    "AttendanceInterval",
    "Badge",
    "GroupDiscount",
    "IdempotencyKey",
    "IncludedWorkshop",
    "LedgerEntry",
    "Order",
    "Payment",
    "Price",
    "PricePhase",
    "Question",
    "Quota",
    "QuotaPlace",
    "Registration",
    "RegistrationPolicy",
    "RegistrationQuerySet",
    "ScanEvent",
    "ScanPoint",
    "Society",
    "SocietyMember",
    "TicketType",
    "TicketVariation",
    "Voucher",
    "Workshop",
    "WorkshopBooking",
    "offered_at",
]
