from certificates.models.activity import (
    AccreditedProvider,
    Activity,
    CreditDesignation,
    CreditType,
    SessionCredit,
    Statement,
)
from certificates.models.certificate import Certificate, CertificateQuerySet
from certificates.models.claim import CreditClaim, CreditComputation, CreditLedgerEntry
from certificates.models.evaluation import (
    EvaluationAnswer,
    EvaluationCompletion,
    EvaluationQuestion,
)

__all__ = [
    "AccreditedProvider",
    "Activity",
    "Certificate",
    "CertificateQuerySet",
    "CreditClaim",
    "CreditComputation",
    "CreditDesignation",
    "CreditLedgerEntry",
    "CreditType",
    "EvaluationAnswer",
    "EvaluationCompletion",
    "EvaluationQuestion",
    "SessionCredit",
    "Statement",
]
