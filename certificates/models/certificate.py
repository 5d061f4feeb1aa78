from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.activity import Activity
from certificates.models.claim import CreditClaim
from certificates.states import CertificateKind, CertificateState, CorrectionReason
from conference.models import StoredFile
from registration.models import Registration


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def valid(self) -> "CertificateQuerySet":
        return self.filter(state=CertificateState.VALID)

    def not_rendered(self) -> "CertificateQuerySet":
        """Valid, but its file was not made yet."""
        return self.valid().filter(file__isnull=True)


class Certificate(models.Model):
    """
    A certificate with its facts frozen at issue, in the language of issue.

    It is never edited (a trigger refuses): a correction supersedes it by a new row; only the
    ending and the rendered file are filled in, once each. `public_id` is in the QR code.
    """

    public_id = models.CharField(max_length=26, unique=True, editable=False)
    serial = models.CharField(_("serial"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=CertificateKind)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="certificates")
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="certificates"
    )
    claim = models.ForeignKey(
        CreditClaim, on_delete=models.PROTECT, null=True, related_name="certificates"
    )
    language = models.CharField(_("language"), max_length=8)
    facts = models.JSONField()
    state = models.CharField(
        _("state"), max_length=16, choices=CertificateState, default=CertificateState.VALID
    )
    issued_at = models.DateTimeField(_("issued"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    rendered_at = models.DateTimeField(_("rendered"), null=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    ended_at = models.DateTimeField(_("superseded or revoked"), null=True)
    ending_reason = models.CharField(
        _("reason"), max_length=40, choices=CorrectionReason, blank=True
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "activity", "kind"],
                condition=Q(state=CertificateState.VALID, claim__isnull=True),
                name="certificate_one_valid_per_person_and_kind",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state=CertificateState.VALID, claim__isnull=False),
                name="certificate_one_valid_per_claim",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CertificateKind.values), name="certificate_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=CertificateState.VALID, ended_at__isnull=True)
                | Q(
                    state__in=[CertificateState.SUPERSEDED, CertificateState.REVOKED],
                    ended_at__isnull=False,
                ),
                name="certificate_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state=CertificateState.VALID, ending_reason="")
                | (~Q(state=CertificateState.VALID) & Q(ending_reason__in=CorrectionReason.values)),
                name="certificate_ended_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=True, rendered_at__isnull=True)
                | Q(file__isnull=False, rendered_at__isnull=False),
                name="certificate_file_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(kind=CertificateKind.CME_AWARD, claim__isnull=False)
                | (~Q(kind=CertificateKind.CME_AWARD) & Q(claim__isnull=True)),
                name="certificate_of_credits_rests_on_a_claim",
            ),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def is_valid(self) -> bool:
        return self.state == CertificateState.VALID

    @property
    def is_ready(self) -> bool:
        return self.file_id is not None
