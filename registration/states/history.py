"""What history says about orders, places, money and what is sold."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RegistrationAction(TextChoices):
    """What history says about orders and places."""

    ORDER_PLACED = "order.placed", _("Order placed")
    ORDER_CONFIRMED = "order.confirmed", _("Order confirmed")
    ORDER_CANCELLED = "order.cancelled", _("Order cancelled")
    ORDER_RESTORED = "order.restored", _("Cancellation of an order taken back")
    ORDER_EXPIRED = "order.expired", _("Order expired")
    ORDER_EXTENDED = "order.extended", _("Hold extended")
    PAID_WITHOUT_SEAT = "order.paid_without_seat", _("Paid, but no place left")
    PAYMENT_RECORDED = "payment.recorded", _("Payment recorded")
    PAYMENT_STARTED = "payment.started", _("Payment begun at a provider")
    PAYMENT_IN_REVIEW = "payment.in_review", _("Payment has to be looked at")
    PAYMENT_REVIEWED = "payment.reviewed", _("Payment looked at")
    CHARGED_BACK = "payment.charged_back", _("Payment taken back by the bank")
    REFUND_REQUESTED = "refund.requested", _("Refund requested")
    REFUND_RECORDED = "refund.recorded", _("Refund recorded")
    REFUND_FAILED = "refund.failed", _("Refund failed")
    REFUND_CANCELLED = "refund.cancelled", _("Refund called off")
    SEAT_GIVEN = "order.seat_given", _("Place found for a paid order")
    OVERBOOKED = "order.overbooked", _("Places raised for a paid order")
    INSTALMENTS_PLANNED = "order.instalments_planned", _("Instalments agreed")
    INSTALMENTS_ENDED = "order.instalments_ended", _("Instalments ended")
    PROVIDER_CONNECTED = "provider.connected", _("Payment provider connected")
    PROVIDER_CHANGED = "provider.changed", _("Payment provider changed")
    WAYS_OF_PAYMENT_CHANGED = "event.ways_of_payment_changed", _("Ways of payment changed")
    STATEMENT_IMPORTED = "statement.imported", _("Bank statement imported")
    STATEMENT_LINE_DISMISSED = "statement.line_dismissed", _("Line of a statement dismissed")
    WITHDRAWAL_REQUESTED = "order.withdrawal_requested", _("Withdrawal requested")
    WITHDRAWAL_ANSWERED = "order.withdrawal_answered", _("Withdrawal answered")
    DETAILS_CORRECTED = "registration.details_corrected", _("Details corrected")
    PLACE_CANCELLED = "registration.cancelled", _("Place cancelled")
    PLACE_TRANSFERRED = "registration.transferred", _("Place given to somebody else")
    PLACE_ADDED = "registration.added", _("Person added to an order")
    PLACE_LAPSED = "registration.lapsed", _("Unpaid added person released")
    ADDITION_LAPSED = "registration.addition_lapsed", _("Unpaid workshop released")
    WORKSHOPS_CHANGED = "registration.workshops_changed", _("Workshops changed")
    BADGE_REPLACED = "registration.badge_replaced", _("Badge replaced")
    CHECKED_IN = "registration.checked_in", _("Checked in")
    CLAIMED_BY_ACCOUNT = "registration.linked", _("Linked to an account")
    ATTENDANCE_ADJUSTED = "attendance.adjusted", _("Attendance adjusted")
    CATALOGUE_ADDED = "catalogue.added", _("Added to the catalogue")
    CATALOGUE_CHANGED = "catalogue.changed", _("Changed in the catalogue")
    CATALOGUE_MOVED = "catalogue.moved", _("Moved in the catalogue")
    CATALOGUE_DELETED = "catalogue.deleted", _("Deleted from the catalogue")
    PRICES_CHANGED = "catalogue.prices_changed", _("Prices changed")
    MEMBERS_IMPORTED = "society.members_imported", _("List of members brought in")
    VOUCHERS_MADE = "voucher.made", _("Voucher made")
    VOUCHER_CHANGED = "voucher.changed", _("Voucher changed")
    VOUCHER_ENDED = "voucher.ended", _("Voucher ended")
    VOUCHER_PLACES_KEPT = "voucher.places_kept", _("Places kept for a voucher")
    VOUCHER_PLACES_GIVEN_BACK = (
        "voucher.places_given_back",
        _("Places kept for a voucher given back"),
    )
    VOUCHER_INVITED = "voucher.invited", _("Invitation sent")
    ANSWERS_DELETED = "question.answers_deleted", _("Answers deleted after their time")
