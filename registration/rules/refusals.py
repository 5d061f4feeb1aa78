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


class NotSoldInThisCurrency(InputRefused):
    code: ClassVar[str] = "currency"


class NotForThisProfession(InputRefused):
    code: ClassVar[str] = "not_for_this_profession"


class TooManyInOneOrder(InputRefused):
    code: ClassVar[str] = "number_per_order"


class VoucherRefused(DomainError):
    code: ClassVar[str] = "voucher"


class PriceChanged(DomainError):
    """What it costs is not what she was shown; she has to see it first."""

    code: ClassVar[str] = "price_changed"


class NotPaid(DomainError):
    code: ClassVar[str] = "not_paid"


class PaymentRefused(InputRefused):
    code: ClassVar[str] = "payment_refused"


class PaymentOfAnotherOrder(DomainError):
    code: ClassVar[str] = "payment_of_another_order"


class TooLateToCancel(DomainError):
    code: ClassVar[str] = "too_late_to_cancel"


class TooLateToChange(DomainError):
    code: ClassVar[str] = "too_late_to_change"


class NothingChanges(InputRefused):
    code: ClassVar[str] = "nothing_changes"


class TransferCostsMore(DomainError):
    code: ClassVar[str] = "transfer_costs_more"


class CannotBeExtended(DomainError):
    code: ClassVar[str] = "cannot_be_extended"


class KeyUsedForAnotherBody(DomainError):
    code: ClassVar[str] = "idempotency_key_reused"
    http_status: ClassVar[int] = 422


class KeyRefused(InputRefused):
    code: ClassVar[str] = "idempotency_key"


class RefundRefused(InputRefused):
    code: ClassVar[str] = "refund_refused"


class RefundTooLarge(DomainError):
    code: ClassVar[str] = "refund_too_large"


class InstalmentsRefused(InputRefused):
    code: ClassVar[str] = "instalments_refused"


class NothingToPay(DomainError):
    code: ClassVar[str] = "nothing_to_pay"


class ReasonMissing(InputRefused):
    code: ClassVar[str] = "reason_missing"


class KeysRefused(InputRefused):
    code: ClassVar[str] = "keys_refused"


class ProviderAway(DomainError):
    """The provider does not answer; the place is held, and she may try again."""

    code: ClassVar[str] = "provider_away"
    http_status: ClassVar[int] = 503


class PlacesAreFree(DomainError):
    """There is nothing to wait for."""

    code: ClassVar[str] = "places_are_free"


class AlreadyWaiting(DomainError):
    code: ClassVar[str] = "already_waiting"


class CannotRestore(DomainError):
    code: ClassVar[str] = "cannot_restore"


class OfferIsOver(DomainError):
    code: ClassVar[str] = "offer_is_over"


class OutOfTurn(InputRefused):
    """Somebody waits before her: passing them needs a reason."""

    code: ClassVar[str] = "out_of_turn"


class InAnotherHand(DomainError):
    """The entry is being changed this very moment; a moment later there is a clear answer."""

    code: ClassVar[str] = "try_again"
