"""
The states of registration.

An order (the purchase):

    pending --confirm (paid or free)--> confirmed --cancel--> cancelled
       |---cancel-----------------------------------------------^
       |---expire--> expired --late money, seat free--> confirmed
       |                `----late money, no seat------> paid_without_seat --seat found--> confirmed
       `                                                        `----------refund-------> cancelled

A registration (one person's place) follows its order:

    pending --> confirmed --> cancelled
       |---> expired --> confirmed (late money)     |
       `---> cancelled <----------------------------'

An attempt to pay at a provider only climbs: created, pending, rejected, approved, refunded, charged
back. What the provider says late or in the wrong order changes nothing; what does not agree with
the order (amount, currency, live or test) goes to review, and from there only people lead out.

A refund:

    created --take up--> in transit --carry out--> done
       |                     `--------refuse-----> failed
       |--money handed over--> done
       `--cancel--> cancelled

An entry of a waiting list:

    waiting --offer--> offered --accept--> accepted
       |                  |------decline--> declined --wait again, at the end--> waiting
       `--leave--> left   `------lapse----> lapsed ----wait again, at the end--> waiting
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrderState(TextChoices):
    PENDING = "pending", _("Waiting for payment")
    CONFIRMED = "confirmed", _("Confirmed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")
    PAID_WITHOUT_SEAT = "paid_without_seat", _("Paid, but no place left")


ORDER_TRANSITIONS = {
    OrderState.PENDING: frozenset({OrderState.CONFIRMED, OrderState.CANCELLED, OrderState.EXPIRED}),
    OrderState.CONFIRMED: frozenset({OrderState.CANCELLED}),
    OrderState.CANCELLED: frozenset[OrderState](),
    OrderState.EXPIRED: frozenset({OrderState.CONFIRMED, OrderState.PAID_WITHOUT_SEAT}),
    OrderState.PAID_WITHOUT_SEAT: frozenset({OrderState.CONFIRMED, OrderState.CANCELLED}),
}
ORDER_HOLDS_SEATS = frozenset({OrderState.PENDING, OrderState.CONFIRMED})


class RegistrationState(TextChoices):
    PENDING = "pending", _("Waiting for payment")
    CONFIRMED = "confirmed", _("Confirmed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


REGISTRATION_TRANSITIONS = {
    RegistrationState.PENDING: frozenset(
        {RegistrationState.CONFIRMED, RegistrationState.CANCELLED, RegistrationState.EXPIRED}
    ),
    RegistrationState.CONFIRMED: frozenset({RegistrationState.CANCELLED}),
    RegistrationState.CANCELLED: frozenset[RegistrationState](),
    RegistrationState.EXPIRED: frozenset({RegistrationState.CONFIRMED}),
}


class BookingState(TextChoices):
    """A workshop booking holds its seat while active; releasing it gives the seat back, once."""

    ACTIVE = "active", _("Booked")
    RELEASED = "released", _("Released")


class WaitingState(TextChoices):
    """Where somebody stands on a waiting list; only an offer holds places."""

    WAITING = "waiting", _("Waiting")
    OFFERED = "offered", _("Offered a place")
    ACCEPTED = "accepted", _("Took the place")
    DECLINED = "declined", _("Did not want the place")
    LAPSED = "lapsed", _("Let the offer lapse")
    LEFT = "left", _("Left the list")


WAITING_TRANSITIONS = {
    WaitingState.WAITING: frozenset({WaitingState.OFFERED, WaitingState.LEFT}),
    WaitingState.OFFERED: frozenset(
        {WaitingState.ACCEPTED, WaitingState.DECLINED, WaitingState.LAPSED}
    ),
    WaitingState.ACCEPTED: frozenset[WaitingState](),
    WaitingState.DECLINED: frozenset({WaitingState.WAITING}),
    WaitingState.LAPSED: frozenset({WaitingState.WAITING}),
    WaitingState.LEFT: frozenset[WaitingState](),
}


class WaitingAction(TextChoices):
    """What history says about waiting lists."""

    JOINED = "waiting.joined", _("Joined a waiting list")
    AGAIN = "waiting.again", _("Joined the end of the waiting list again")
    FEWER = "waiting.fewer", _("Waits with fewer people")
    LEFT = "waiting.left", _("Left the waiting list")
    OFFERED = "waiting.offered", _("Place offered from the waiting list")
    OFFERED_OUT_OF_TURN = "waiting.offered_out_of_turn", _("Place offered out of turn")
    ACCEPTED = "waiting.accepted", _("Offered place taken")
    DECLINED = "waiting.declined", _("Offered place not wanted")
    LAPSED = "waiting.lapsed", _("Offer lapsed")


class PaymentMethod(TextChoices):
    FREE = "free", _("Free of charge")
    BANK_TRANSFER = "bank_transfer", _("Bank transfer")
    CARD = "card", _("Card")
    MERCADO_PAGO = "mercado_pago", _("Mercado Pago")
    ON_SITE = "on_site", _("At the congress desk")


class Provider(TextChoices):
    """Who takes money for us on pages of its own. Card data never touches us."""

    STRIPE = "stripe", _("Stripe")
    MERCADO_PAGO = "mercado_pago", _("Mercado Pago")


METHOD_OF_PROVIDER = {
    Provider.STRIPE: PaymentMethod.CARD,
    Provider.MERCADO_PAGO: PaymentMethod.MERCADO_PAGO,
}
PROVIDER_OF_METHOD = {method: provider for provider, method in METHOD_OF_PROVIDER.items()}
# Where the provider counts in the same minor units as we do, and congresses of the Americas sell.
CURRENCIES_OF_PROVIDER = {
    Provider.STRIPE: (
        "USD", "ARS", "BRL", "CAD", "CLP", "CRC", "EUR", "GBP", "MXN", "PEN", "PYG", "UYU",
    ),
    Provider.MERCADO_PAGO: ("ARS", "BRL", "CLP", "MXN", "PEN", "UYU"),
}  # fmt: skip


class AttemptState(TextChoices):
    """How far an attempt to pay at a provider came."""

    CREATED = "created", _("Begun")
    PENDING = "pending", _("In process")
    REJECTED = "rejected", _("Not paid")
    APPROVED = "approved", _("Paid")
    REFUNDED = "refunded", _("Sent back")
    CHARGED_BACK = "charged_back", _("Taken back by the bank")
    REVIEW = "review", _("To be looked at")


_RANKED_ATTEMPTS = (
    AttemptState.CREATED,
    AttemptState.PENDING,
    AttemptState.REJECTED,
    AttemptState.APPROVED,
    AttemptState.REFUNDED,
    AttemptState.CHARGED_BACK,
)
ATTEMPT_RANK = {state: rank for rank, state in enumerate(_RANKED_ATTEMPTS)}
# Every arrow leads upwards, so the order in which news arrive does not matter.
ATTEMPT_TRANSITIONS = {
    state: frozenset({*_RANKED_ATTEMPTS[rank + 1 :], AttemptState.REVIEW})
    for rank, state in enumerate(_RANKED_ATTEMPTS)
} | {AttemptState.REVIEW: frozenset[AttemptState]()}
OPEN_ATTEMPTS = frozenset({AttemptState.CREATED, AttemptState.PENDING})


class RefundState(TextChoices):
    CREATED = "created", _("To be sent back")
    IN_TRANSIT = "in_transit", _("On its way")
    DONE = "done", _("Sent back")
    FAILED = "failed", _("Could not be sent back")
    CANCELLED = "cancelled", _("Called off")


REFUND_TRANSITIONS = {
    RefundState.CREATED: frozenset(
        {RefundState.IN_TRANSIT, RefundState.DONE, RefundState.CANCELLED}
    ),
    RefundState.IN_TRANSIT: frozenset({RefundState.DONE, RefundState.FAILED}),
    RefundState.DONE: frozenset[RefundState](),
    RefundState.FAILED: frozenset[RefundState](),
    RefundState.CANCELLED: frozenset[RefundState](),
}
REFUND_OPEN = frozenset({RefundState.CREATED, RefundState.IN_TRANSIT})


class RefundCause(TextChoices):
    """Who sent the money back."""

    ORGANISER = "organiser", _("Sent back by the organisers")
    AT_PROVIDER = "at_provider", _("Sent back on the provider's own pages")
    CHARGEBACK = "chargeback", _("Taken back by the bank")


class StatementLineState(TextChoices):
    OPEN = "open", _("To be decided")
    RECORDED = "recorded", _("Recorded as a payment")
    DISMISSED = "dismissed", _("Not for us")


class WorkshopKind(TextChoices):
    WORKSHOP = "workshop", _("Workshop")
    SOCIAL = "social", _("Social event")
    MATERIAL = "material", _("Material")


class IncomeGroup(TextChoices):
    """Of the World Bank's classification; the list is data, see `rules.income`."""

    LOW = "low", _("Low income")
    LOWER_MIDDLE = "lower_middle", _("Lower-middle income")
    UPPER_MIDDLE = "upper_middle", _("Upper-middle income")
    HIGH = "high", _("High income")


class VoucherEffect(TextChoices):
    """What a code does to the price of a ticket. Access opens what is hidden and changes no price."""

    PERCENT = "percent", _("Percent off")
    AMOUNT_OFF = "amount_off", _("Amount off")
    PRICE = "price", _("Fixed price")
    ACCESS = "access", _("Opens a hidden ticket")


class QuestionKind(TextChoices):
    LINE = "line", _("One line")
    TEXT = "text", _("Long text")
    NUMBER = "number", _("Whole number")
    YES_NO = "yes_no", _("Yes or no")
    ONE_OF = "one_of", _("One of several")
    SOME_OF = "some_of", _("Some of several")
    DATE = "date", _("Date")
    TIME = "time", _("Time of day")
    MOMENT = "moment", _("Date and time")
    COUNTRY = "country", _("Country")
    PHONE = "phone", _("Phone number")
    EMAIL = "email", _("E-mail address")


class LedgerReason(TextChoices):
    """Why an order was charged or released: past figures can be explained line by line."""

    ORDER = "order", _("Order placed")
    CHANGE = "change", _("Changed")
    CANCELLATION = "cancellation", _("Cancelled")
    FEE = "fee", _("Cancellation fee")
    EXPIRY = "expiry", _("Hold ran out")
    REVIVAL = "revival", _("Paid late, place found")
    GOODWILL = "goodwill", _("Money back, place kept")


class LedgerKind(TextChoices):
    """
    What a line of the ledger says about what the person owes.

    Charge and refund raise it, payment and waiver lower it; amounts are signed.
    """

    CHARGE = "charge", _("Charge")
    WAIVER = "waiver", _("Charge withdrawn")
    PAYMENT = "payment", _("Payment")
    REFUND = "refund", _("Refund")


class Profession(TextChoices):
    """PARS professions and the local ones of the Americas. Source: cme.md, section 2."""

    PHYSICIAN = "physician", _("Physician")
    RESIDENT = "resident", _("Resident physician")
    NURSE = "nurse", _("Nurse")
    PARAMEDIC = "paramedic", _("Paramedic")
    PHYSICIAN_ASSISTANT = "physician_assistant", _("Physician assistant")
    PHARMACIST = "pharmacist", _("Pharmacist")
    RESPIRATORY_THERAPIST = "respiratory_therapist", _("Respiratory therapist")
    MIDWIFE = "midwife", _("Midwife")
    PSYCHOLOGIST = "psychologist", _("Psychologist")
    DENTIST = "dentist", _("Dentist")
    STUDENT = "student", _("Student")
    ADMINISTRATOR = "administrator", _("Administrator")
    OTHER = "other", _("Other")


# A resident is a physician, a student is not. Source: cme.md, section 2 (primary; student unverified).
PHYSICIANS = frozenset({Profession.PHYSICIAN, Profession.RESIDENT})


class ScanPointKind(TextChoices):
    ENTRANCE = "entrance", _("Entrance")
    SESSION = "session", _("Session door")


class ScanDirection(TextChoices):
    IN = "in", _("In")
    OUT = "out", _("Out")


class ScanMethod(TextChoices):
    CAMERA = "camera", _("Camera")
    TYPED = "typed", _("Typed code")
    IMPORT = "import", _("Import")


class ScanResult(TextChoices):
    """What the door answers; the word on the screen."""

    OK = "ok", _("Welcome")
    ALREADY_IN = "already_in", _("Already in")
    OUT = "out", _("Goodbye")
    NOT_IN = "not_in", _("Was not in")
    UNKNOWN = "unknown", _("Unknown code")
    UNPAID = "unpaid", _("Not paid")
    CANCELLED = "cancelled", _("Cancelled")
    REPLACED = "replaced", _("Badge was replaced")
    NOT_ENROLLED = "not_enrolled", _("Not enrolled")


class AttendanceBasis(TextChoices):
    SCAN_PAIR = "scan_pair", _("Scanned in and out")
    INFERRED_END = "inferred_end", _("No exit scan: end of session")
    INFERRED_START = "inferred_start", _("No entry scan: start of session")


class WithdrawalState(TextChoices):
    """A buyer who withdraws: open --accept--> accepted, open --refuse--> refused."""

    OPEN = "open", pgettext_lazy("withdrawal", "Waits for an answer")
    ACCEPTED = "accepted", pgettext_lazy("withdrawal", "Accepted")
    REFUSED = "refused", pgettext_lazy("withdrawal", "Refused")


WITHDRAWAL_TRANSITIONS = {
    WithdrawalState.OPEN: frozenset({WithdrawalState.ACCEPTED, WithdrawalState.REFUSED}),
    WithdrawalState.ACCEPTED: frozenset[WithdrawalState](),
    WithdrawalState.REFUSED: frozenset[WithdrawalState](),
}


class RegistrationAction(TextChoices):
    """What history says about orders and places."""

    ORDER_PLACED = "order.placed", _("Order placed")
    ORDER_CONFIRMED = "order.confirmed", _("Order confirmed")
    ORDER_CANCELLED = "order.cancelled", _("Order cancelled")
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


class DocumentKind(TextChoices):
    """Papers about money. Only an invoice and a credit note are a fiscal authority's business."""

    RECEIPT = "receipt", _("Receipt")
    INVOICE = "invoice", _("Invoice")
    PROFORMA = "proforma", _("Proforma invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


# What a credit note may take back, and what an authority has to authorise where there is one.
CREDITABLE = frozenset({DocumentKind.RECEIPT, DocumentKind.INVOICE})
AUTHORISABLE = frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE})


class TaxNumberKind(TextChoices):
    """The number by which a country's tax office knows a person or a company."""

    CUIT = "cuit", _("CUIT (Argentina)")
    CNPJ = "cnpj", _("CNPJ (Brazil, company)")
    CPF = "cpf", _("CPF (Brazil, person)")
    RUT_CL = "rut_cl", _("RUT (Chile)")
    NIT_CO = "nit_co", _("NIT (Colombia)")
    RFC = "rfc", _("RFC (Mexico)")
    RUT_UY = "rut_uy", _("RUT (Uruguay)")
    RUC_PE = "ruc_pe", _("RUC (Peru)")
    RUC_EC = "ruc_ec", _("RUC (Ecuador)")
    NIF = "nif", _("NIF (Spain)")
    EIN = "ein", _("EIN (United States)")
    OTHER = "other", _("Number of another country")


class AuthorityKind(TextChoices):
    """Who authorises an issuer's invoices."""

    NONE = "none", _("Nobody: invoices need no authorisation")
    MANUAL = "manual", _("The tax office: its code is typed in here (CAE)")


class DocumentAction(TextChoices):
    """What history says about papers about money."""

    ISSUED = "document.issued", _("Document issued")
    AUTHORISED = "document.authorised", _("Document authorised")
    RENDERED = "document.rendered", _("File of a document made")
    ISSUER_CHANGED = "issuer.changed", _("Issuer of documents changed")


class LetterState(TextChoices):
    """
    A letter for a visa.

        requested --approve--> approved --withdraw--> withdrawn
           |------reject-----> rejected                  ^
           `------withdraw-------------------------------'
    """

    REQUESTED = "requested", pgettext_lazy("letter", "Waiting for review")
    APPROVED = "approved", pgettext_lazy("letter", "Valid")
    REJECTED = "rejected", pgettext_lazy("letter", "Rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("letter", "Withdrawn")


LETTER_TRANSITIONS = {
    LetterState.REQUESTED: frozenset(
        {LetterState.APPROVED, LetterState.REJECTED, LetterState.WITHDRAWN}
    ),
    LetterState.APPROVED: frozenset({LetterState.WITHDRAWN}),
    LetterState.REJECTED: frozenset[LetterState](),
    LetterState.WITHDRAWN: frozenset[LetterState](),
}


class WithdrawalCause(TextChoices):
    REGISTRATION_ENDED = "registration_ended", _("The registration has ended")
    GIVEN_AWAY = "given_away", _("The place was given to somebody else")
    BY_HERSELF = "by_herself", _("Withdrawn by the person")
    BY_ORGANISER = "by_organiser", _("Withdrawn by the organisers")
    EVENT_OVER = "event_over", _("The event is over")


class LetterRisk(TextChoices):
    """What makes a reviewer look twice. None of them refuses by itself."""

    SAME_PASSPORT = "same_passport", _("The same passport asked for another letter")
    OTHER_NAME = "other_name", _("The passport's name shares no word with the registration's")
    FREE_TICKET = "free_ticket", _("The ticket cost nothing")
    LONG_STAY = "long_stay", _("The stay is much longer than the event")
    LATE_REGISTRATION = "late_registration", _("Registered less than a day before asking")
    MANY_LETTERS = "many_letters", _("Several letters were asked for with this e-mail's order")


class LetterAction(TextChoices):
    """What history says about letters for a visa."""

    REQUESTED = "letter.requested", _("Letter for a visa requested")
    APPROVED = "letter.approved", _("Letter for a visa approved")
    REJECTED = "letter.rejected", _("Letter for a visa rejected")
    WITHDRAWN = "letter.withdrawn", _("Letter for a visa withdrawn")
    RENDERED = "letter.rendered", _("File of a letter made")
    PURGED = "letter.purged", _("Passport of a letter deleted")
