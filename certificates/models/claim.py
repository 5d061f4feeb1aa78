from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certificates.models.activity import CreditDesignation
from registration.models import Registration


class CreditComputation(models.Model):
    """
    One run of the credit engine for a person: what went in, what came out.

    Never changed: a trigger refuses. `breakdown` lists the sessions with their minutes and reasons.
    """

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="credit_computations"
    )
    designation = models.ForeignKey(
        CreditDesignation, on_delete=models.PROTECT, related_name="computations"
    )
    inputs_sha256 = models.CharField(max_length=64)
    rule_version = models.CharField(max_length=20)
    minutes = models.PositiveIntegerField(_("minutes"))
    verified = models.DecimalField(_("verified credits"), max_digits=6, decimal_places=2)
    breakdown = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    computed_at = models.DateTimeField(_("computed"))

    class Meta:
        verbose_name = _("credit computation")
        verbose_name_plural = _("credit computations")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "designation", "inputs_sha256", "rule_version"],
                name="computation_once_per_inputs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.verified}"


class CreditClaim(models.Model):
    """
    What a person claims of what was verified. She may claim less, never more: the row itself says so.
    """

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="credit_claims"
    )
    designation = models.ForeignKey(
        CreditDesignation, on_delete=models.PROTECT, related_name="claims"
    )
    computation = models.ForeignKey(CreditComputation, on_delete=models.PROTECT, related_name="+")
    verified = models.DecimalField(_("verified"), max_digits=6, decimal_places=2)
    maximum = models.DecimalField(_("maximum"), max_digits=6, decimal_places=2)
    claimed = models.DecimalField(_("claimed"), max_digits=6, decimal_places=2)
    attestation_version = models.CharField(_("attestation"), max_length=20)
    claimed_at = models.DateTimeField(_("claimed on"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("credit claim")
        verbose_name_plural = _("credit claims")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "designation"],
                condition=Q(withdrawn_at__isnull=True),
                name="claim_one_active_per_person",
            ),
            models.CheckConstraint(
                condition=Q(claimed__gt=0, claimed__lte=F("verified"), verified__lte=F("maximum")),
                name="claim_never_exceeds_what_was_verified",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.claimed}"


class CreditLedgerEntry(models.Model):
    """Each change of a person's credits, signed. Never changed or deleted: a trigger refuses."""

    claim = models.ForeignKey(CreditClaim, on_delete=models.PROTECT, related_name="ledger_entries")
    delta = models.DecimalField(_("change"), max_digits=6, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=40)
    entered_at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("credit ledger entry")
        verbose_name_plural = _("credit ledger")
        constraints = [
            models.CheckConstraint(condition=~Q(delta=0), name="credit_ledger_line_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.delta}"
