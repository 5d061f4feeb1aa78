from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.activity import Activity
from certificates.models.claim import CreditClaim
from conference.models import StoredFile
from registration.models import Registration


class Certificate(models.Model):
    """
    A certificate with its facts frozen at issue, in the language of issue.

    It is never edited: a correction supersedes it by a new row; only the revocation fields,
    the successor and the rendered file are filled in, once each. `public_id` is in the QR code.
    """

    public_id = models.CharField(max_length=26, unique=True, editable=False)
    serial = models.CharField(_("serial"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=20)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="certificates")
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="certificates"
    )
    claim = models.ForeignKey(
        CreditClaim, on_delete=models.PROTECT, null=True, related_name="certificates"
    )
    language = models.CharField(_("language"), max_length=8)
    facts = models.JSONField()
    state = models.CharField(_("state"), max_length=16, default="valid")
    issued_at = models.DateTimeField(_("issued"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    rendered_at = models.DateTimeField(_("rendered"), null=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    ended_at = models.DateTimeField(_("superseded or revoked"), null=True)
    revocation_reason = models.CharField(_("reason"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "activity", "kind"],
                condition=Q(state="valid"),
                name="certificate_one_valid_per_person_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(state="valid", ended_at__isnull=True)
                | Q(state__in=["superseded", "revoked"], ended_at__isnull=False),
                name="certificate_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | ~Q(revocation_reason=""),
                name="certificate_revocation_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=True, rendered_at__isnull=True)
                | Q(file__isnull=False, rendered_at__isnull=False),
                name="certificate_file_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(kind="cme_award") | Q(claim__isnull=False),
                name="certificate_of_credits_rests_on_a_claim",
            ),
        ]

    def __str__(self) -> str:
        return self.serial
