"""The states of registration, a subject a file: their names, transition tables and history codes."""

from registration.states.catalogue import (
    IncomeGroup,
    QuestionKind,
    VoucherEffect,
    WorkshopKind,
)
from registration.states.groups import GroupAction, GroupSeatState, ImportOutcome, NamedBy
from registration.states.history import (
    RegistrationAction,
)
from registration.states.letters import (
    LETTER_TRANSITIONS,
    LetterAction,
    LetterRisk,
    LetterState,
    WithdrawalCause,
)
from registration.states.money import (
    ATTEMPT_RANK,
    ATTEMPT_TRANSITIONS,
    CURRENCIES_OF_PROVIDER,
    METHOD_OF_PROVIDER,
    OPEN_ATTEMPTS,
    PROVIDER_OF_METHOD,
    REFUND_OPEN,
    REFUND_TRANSITIONS,
    AttemptState,
    LedgerKind,
    LedgerReason,
    PaymentMethod,
    Provider,
    RefundCause,
    RefundState,
    StatementLineState,
)
from registration.states.onsite import (
    AttendanceBasis,
    ScanDirection,
    ScanMethod,
    ScanPointKind,
    ScanResult,
)
from registration.states.orders import (
    ORDER_HOLDS_SEATS,
    ORDER_TRANSITIONS,
    PLACE_IS_HELD,
    REGISTRATION_TRANSITIONS,
    BookingState,
    OrderState,
    RegistrationState,
)
from registration.states.papers import (
    AUTHORISABLE,
    CREDITABLE,
    AuthorityKind,
    DocumentAction,
    DocumentKind,
    TaxNumberKind,
)
from registration.states.people import (
    PHYSICIANS,
    Profession,
)
from registration.states.proofs import (
    PROOF_OWED_BY_HER,
    PROOF_TRANSITIONS,
    ProofAction,
    ProofState,
)
from registration.states.waiting import (
    WAITING_TRANSITIONS,
    WaitingAction,
    WaitingState,
)
from registration.states.withdrawing import (
    WITHDRAWAL_TRANSITIONS,
    WithdrawalState,
)

__all__ = [
    "ATTEMPT_RANK",
    "ATTEMPT_TRANSITIONS",
    "AUTHORISABLE",
    "CREDITABLE",
    "CURRENCIES_OF_PROVIDER",
    "LETTER_TRANSITIONS",
    "METHOD_OF_PROVIDER",
    "OPEN_ATTEMPTS",
    "ORDER_HOLDS_SEATS",
    "ORDER_TRANSITIONS",
    "PHYSICIANS",
    "PLACE_IS_HELD",
    "PROOF_OWED_BY_HER",
    "PROOF_TRANSITIONS",
    "PROVIDER_OF_METHOD",
    "REFUND_OPEN",
    "REFUND_TRANSITIONS",
    "REGISTRATION_TRANSITIONS",
    "WAITING_TRANSITIONS",
    "WITHDRAWAL_TRANSITIONS",
    "AttemptState",
    "AttendanceBasis",
    "AuthorityKind",
    "BookingState",
    "DocumentAction",
    "DocumentKind",
    "GroupAction",
    "GroupSeatState",
    "ImportOutcome",
    "IncomeGroup",
    "LedgerKind",
    "LedgerReason",
    "LetterAction",
    "LetterRisk",
    "LetterState",
    "NamedBy",
    "OrderState",
    "PaymentMethod",
    "Profession",
    "ProofAction",
    "ProofState",
    "Provider",
    "QuestionKind",
    "RefundCause",
    "RefundState",
    "RegistrationAction",
    "RegistrationState",
    "ScanDirection",
    "ScanMethod",
    "ScanPointKind",
    "ScanResult",
    "StatementLineState",
    "TaxNumberKind",
    "VoucherEffect",
    "WaitingAction",
    "WaitingState",
    "WithdrawalCause",
    "WithdrawalState",
    "WorkshopKind",
]
