from django.contrib import admin

from conference.admin import Repair, Window
from registration.models import (
    AttendanceInterval,
    Badge,
    LedgerEntry,
    Order,
    Payment,
    Registration,
    RegistrationPolicy,
    ScanEvent,
    ScanPoint,
    TicketType,
    Withdrawal,
    Workshop,
    WorkshopBooking,
)


@admin.register(RegistrationPolicy)
class RegistrationPolicyAdmin(Repair):
    list_display = ("event", "opens_at", "closes_at")
    list_select_related = ("event",)


@admin.register(TicketType)
class TicketTypeAdmin(Repair):
    list_display = ("name", "event", "price_minor", "currency", "places", "places_taken")
    list_filter = ("event",)
    list_select_related = ("event",)


@admin.register(Workshop)
class WorkshopAdmin(Repair):
    list_display = ("name", "event", "price_minor", "currency", "seats", "seats_taken")
    list_filter = ("event",)
    list_select_related = ("event",)
    raw_id_fields = ("session",)


@admin.register(ScanPoint)
class ScanPointAdmin(Repair):
    list_display = ("name", "kind", "event", "is_open")
    list_filter = ("event", "kind")
    list_select_related = ("event",)
    raw_id_fields = ("session",)


@admin.register(Order)
class OrderAdmin(Window):
    list_display = ("reference", "state", "email", "total_minor", "currency", "placed_at")
    list_filter = ("event", "state")
    search_fields = ("reference", "email")


@admin.register(Registration)
class RegistrationAdmin(Window):
    list_display = ("badge_name", "email", "state", "ticket_type", "registered_at")
    list_filter = ("event", "state")
    list_select_related = ("ticket_type",)
    search_fields = ("search_text",)


@admin.register(WorkshopBooking)
class WorkshopBookingAdmin(Window):
    list_display = ("workshop", "registration", "state", "booked_at")
    list_select_related = ("workshop", "registration")


@admin.register(Payment)
class PaymentAdmin(Window):
    list_display = ("order", "method", "amount_minor", "currency", "external_id", "received_at")
    list_select_related = ("order",)
    search_fields = ("external_id", "order__reference")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(Window):
    list_display = ("order", "kind", "amount_minor", "currency", "entered_at")
    list_select_related = ("order",)
    search_fields = ("order__reference",)


@admin.register(Badge)
class BadgeAdmin(Window):
    list_display = ("registration", "issued_at", "printed_at", "revoked_at")
    list_select_related = ("registration",)


@admin.register(ScanEvent)
class ScanEventAdmin(Window):
    list_display = ("scanned_at", "point", "registration", "direction", "result")
    list_filter = ("event", "result")
    list_select_related = ("point", "registration")


@admin.register(AttendanceInterval)
class AttendanceIntervalAdmin(Window):
    list_display = ("registration", "session", "starts_at", "ends_at", "basis")
    list_select_related = ("registration", "session")


@admin.register(Withdrawal)
class WithdrawalAdmin(Window):
    list_display = ("code", "order", "state", "requested_at", "answered_at")
    list_filter = ("event", "state")
    list_select_related = ("order",)
