from django.contrib import admin

from certificates.models import (
    AccreditedProvider,
    Activity,
    Certificate,
    CreditClaim,
    CreditComputation,
    CreditDesignation,
    CreditLedgerEntry,
    CreditType,
    EvaluationQuestion,
    Statement,
)
from conference.admin import Repair, Window


@admin.register(AccreditedProvider)
class AccreditedProviderAdmin(Repair):
    list_display = ("__str__",)


@admin.register(Activity)
class ActivityAdmin(Repair):
    list_display = ("title", "claim_opens_at", "claim_closes_at")


@admin.register(EvaluationQuestion)
class EvaluationQuestionAdmin(Repair):
    list_display = ("text", "activity", "position")
    list_select_related = ("activity",)


@admin.register(CreditType)
class CreditTypeAdmin(Window):
    list_display = ("code", "unit_minutes", "increment", "rounding_mode")


@admin.register(Statement)
class StatementAdmin(Window):
    list_display = ("credit_code", "kind", "language", "version")


@admin.register(CreditDesignation)
class CreditDesignationAdmin(Window):
    list_display = ("activity", "credit_type", "maximum", "approved_at")
    list_select_related = ("activity", "credit_type")


@admin.register(CreditComputation)
class CreditComputationAdmin(Window):
    list_display = ("registration", "designation", "minutes", "verified", "computed_at")
    list_select_related = ("registration", "designation__activity", "designation__credit_type")


@admin.register(CreditClaim)
class CreditClaimAdmin(Window):
    list_display = ("registration", "designation", "claimed", "claimed_at", "withdrawn_at")
    list_select_related = ("registration", "designation__activity", "designation__credit_type")


@admin.register(CreditLedgerEntry)
class CreditLedgerEntryAdmin(Window):
    list_display = ("claim", "delta", "reason", "entered_at")
    list_select_related = ("claim",)


@admin.register(Certificate)
class CertificateAdmin(Window):
    list_display = ("serial", "kind", "state", "registration", "issued_at")
    list_filter = ("state", "kind")
    list_select_related = ("registration",)
    search_fields = ("serial",)
