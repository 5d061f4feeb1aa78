from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conference.models import Event
from registration.states import AuthorityKind, TaxNumberKind


class Issuer(models.Model):
    """
    Who signs the papers of an event: receipts, invoices, letters for a visa.

    What a paper says is frozen in its own row; changing the issuer changes later papers only.
    From `papers_since` on, money that comes has its receipt and money that leaves its credit note
    without anybody asking; without it they wait for the desk.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="issuer")
    legal_name = models.CharField(_("legal name"), max_length=200)
    tax_kind = models.CharField(_("tax number of"), max_length=10, choices=TaxNumberKind)
    tax_number = models.CharField(_("tax number"), max_length=30)
    address = models.CharField(_("address"), max_length=300)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    authority = models.CharField(
        _("invoices are authorised by"),
        max_length=10,
        choices=AuthorityKind,
        default=AuthorityKind.NONE,
    )
    signer_name = models.CharField(_("letters are signed by"), max_length=200, blank=True)
    signer_office = models.CharField(_("office of who signs"), max_length=200, blank=True)
    migration_register = models.CharField(
        _("number in the register of those who invite foreigners"), max_length=40, blank=True
    )
    last_letter_number = models.PositiveIntegerField(
        _("number of the last letter"), default=0, editable=False
    )
    papers_since = models.DateTimeField(
        _("receipts and credit notes are written by themselves since"), null=True, editable=False
    )
    passport_days = models.PositiveSmallIntegerField(
        _("days after the event until passports are deleted"), default=30
    )

    class Meta:
        verbose_name = _("issuer of documents")
        verbose_name_plural = _("issuers of documents")
        constraints = [
            models.CheckConstraint(
                condition=~Q(legal_name="") & ~Q(tax_number="") & ~Q(address=""),
                name="issuer_is_named_in_full",
            ),
            models.CheckConstraint(
                condition=Q(authority__in=AuthorityKind.values), name="issuer_authority_is_known"
            ),
            models.CheckConstraint(
                condition=Q(tax_kind__in=TaxNumberKind.values), name="issuer_tax_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(passport_days__lte=365), name="issuer_keeps_passports_a_year_at_most"
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name
