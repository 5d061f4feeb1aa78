from registration.models.attendance import (
    AttendanceDerivation,
    AttendanceInterval,
    ScanEvent,
    ScanPoint,
)
from registration.models.badge import Badge
from registration.models.bank_statement import StatementLine
from registration.models.fiscal_document import (
    DocumentSeries,
    FiscalAuthorisation,
    FiscalDocument,
    FiscalDocumentQuerySet,
)
from registration.models.group import UNNAMED, Group, GroupSeat
from registration.models.idempotency_key import IdempotencyKey
from registration.models.instalments import Instalment, InstalmentPlan
from registration.models.issuer import Issuer
from registration.models.order import Order
from registration.models.overbooking import Overbooking
from registration.models.payment import LedgerEntry, Payment, Refund
from registration.models.payment_attempt import PaymentAttempt
from registration.models.policy import RegistrationPolicy
from registration.models.pricing import GroupDiscount, Price, PricePhase, Society, SocietyMember
from registration.models.question import Answer, Question
from registration.models.quota import Quota, QuotaPlace
from registration.models.registration import Registration, RegistrationQuerySet
from registration.models.status_proof import (
    OF_TICKET,
    TO_BE_PROVED,
    StatusProof,
    StatusProofQuerySet,
)
from registration.models.ticket_type import TicketType
from registration.models.variation import TicketVariation
from registration.models.visa_letter import VisaLetter, VisaLetterQuerySet
from registration.models.voucher import Voucher
from registration.models.waiting_entry import WaitingEntry, WaitingEntryQuerySet
from registration.models.ways_of_payment import ProviderAccount, WaysOfPayment
from registration.models.webhook_inbox import WebhookMessage
from registration.models.withdrawal import Withdrawal
from registration.models.workshop import IncludedWorkshop, Workshop, WorkshopBooking, offered_at

__all__ = [
    "OF_TICKET",
    "TO_BE_PROVED",
    "UNNAMED",
    "Answer",
    "AttendanceDerivation",
    "AttendanceInterval",
    "Badge",
    "DocumentSeries",
    "FiscalAuthorisation",
    "FiscalDocument",
    "FiscalDocumentQuerySet",
    "Group",
    "GroupDiscount",
    "GroupSeat",
    "IdempotencyKey",
    "IncludedWorkshop",
    "Instalment",
    "InstalmentPlan",
    "Issuer",
    "LedgerEntry",
    "Order",
    "Overbooking",
    "Payment",
    "PaymentAttempt",
    "Price",
    "PricePhase",
    "ProviderAccount",
    "Question",
    "Quota",
    "QuotaPlace",
    "Refund",
    "Registration",
    "RegistrationPolicy",
    "RegistrationQuerySet",
    "ScanEvent",
    "ScanPoint",
    "Society",
    "SocietyMember",
    "StatementLine",
    "StatusProof",
    "StatusProofQuerySet",
    "TicketType",
    "TicketVariation",
    "VisaLetter",
    "VisaLetterQuerySet",
    "Voucher",
    "WaitingEntry",
    "WaitingEntryQuerySet",
    "WaysOfPayment",
    "WebhookMessage",
    "Withdrawal",
    "Workshop",
    "WorkshopBooking",
    "offered_at",
]
