"""Why a place is not given. Each has a code that the API keeps stable."""

from typing import ClassVar

from conference.kernel.errors import DomainError, InputRefused


class SoldOut(DomainError):
    code: ClassVar[str] = "sold_out"


class WorkshopFull(DomainError):
    code: ClassVar[str] = "workshop_full"


class AlreadyRegistered(DomainError):
    code: ClassVar[str] = "already_registered"


class NotOnSale(DomainError):
    code: ClassVar[str] = "not_on_sale"


class TermsNotAccepted(InputRefused):
    code: ClassVar[str] = "terms_not_accepted"


class NothingLikeIt(InputRefused):
    code: ClassVar[str] = "does_not_exist"


class PaymentMethodRefused(InputRefused):
    code: ClassVar[str] = "payment_method"


class CurrenciesDiffer(InputRefused):
    code: ClassVar[str] = "currencies_differ"


class NotPaid(DomainError):
    code: ClassVar[str] = "not_paid"


class PaymentRefused(InputRefused):
    code: ClassVar[str] = "payment_refused"


class PaymentOfAnotherOrder(DomainError):
    code: ClassVar[str] = "payment_of_another_order"


class TooLateToCancel(DomainError):
    code: ClassVar[str] = "too_late_to_cancel"


class KeyUsedForAnotherBody(DomainError):
    code: ClassVar[str] = "idempotency_key_reused"
    http_status: ClassVar[int] = 422


class KeyRefused(InputRefused):
    code: ClassVar[str] = "idempotency_key"
