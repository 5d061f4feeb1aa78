"""Numbered papers about money. What is written stays: a mistake is credited, never edited."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conference.kernel.money import Money
from conference.models import Event, StoredFile
from registration.models.order import Order
from registration.models.payment import Payment, Refund
from registration.states import AUTHORISABLE, DocumentKind, TaxNumberKind


class DocumentSeries(models.Model):
    """
    The counter of one kind of paper of one event.

    A number is taken by raising the counter in the transaction of the paper itself, under the
    counter's row lock: whoever rolls back gives the number back, so that no number is missing. A
    trigger at the end of each transaction holds the counter against the papers.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="document_series")
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind)
    prefix = models.CharField(_("prefix"), max_length=12, unique=True)
    last_number = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("series of documents")
        verbose_name_plural = _("series of documents")
        constraints = [
            models.UniqueConstraint(fields=["event", "kind"], name="series_one_per_event_and_kind"),
            models.UniqueConstraint(fields=["id", "event", "kind"], name="series_event_and_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="series_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(prefix__regex=r"^[A-Z0-9]{1,12}$"), name="series_prefix_is_plain"
            ),
        ]

    def __str__(self) -> str:
        return self.prefix


class FiscalDocumentQuerySet(models.QuerySet["FiscalDocument"]):
    def without_a_file(self) -> "FiscalDocumentQuerySet":
        """Whose file can be made now: an invoice waits for its authorisation first."""
        return self.filter(file__isnull=True).exclude(
            needs_authorisation=True, authorisation__isnull=True
        )

    def awaiting_authorisation(self) -> "FiscalDocumentQuerySet":
        return self.filter(needs_authorisation=True, authorisation__isnull=True)


class FiscalDocument(models.Model):
    """
    A receipt, an invoice, a proforma or a credit note, with all its words frozen at issue.

    Never edited and never deleted (a trigger refuses); only the file is filled in, once.
    `lines` are objects with description, quantity, unit_minor and amount_minor; `issuer` is what
    the paper says about who issued it.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="fiscal_documents")
    series = models.ForeignKey(DocumentSeries, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind)
    number = models.PositiveIntegerField(_("number"))
    written_number = models.CharField(_("number"), max_length=24, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="fiscal_documents")
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, related_name="fiscal_documents"
    )
    refund = models.ForeignKey(
        Refund, on_delete=models.PROTECT, null=True, related_name="credit_notes"
    )
    document_credited = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="credit_notes"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    issuer = models.JSONField(_("issuer"))
    recipient_name = models.CharField(_("made out to"), max_length=200)
    recipient_tax_kind = models.CharField(
        _("kind of tax number"), max_length=10, choices=TaxNumberKind, blank=True
    )
    recipient_tax_number = models.CharField(_("tax number"), max_length=30, blank=True)
    recipient_address = models.CharField(_("address"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=8)
    lines = models.JSONField(_("lines"))
    total_minor = models.PositiveBigIntegerField(_("total in minor units (cents)"))
    currency = models.CharField(_("currency"), max_length=3)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    needs_authorisation = models.BooleanField(_("needs an authorisation"), default=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    rendered_at = models.DateTimeField(_("file made"), null=True)

    objects = FiscalDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-issued_at", "-pk"]
        indexes = [models.Index(fields=["event", "-issued_at"], name="document_by_event")]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="document_number_once"),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(kind=DocumentKind.RECEIPT),
                name="document_one_receipt_per_payment",
            ),
            models.UniqueConstraint(fields=["refund"], name="document_one_credit_note_per_refund"),
            models.CheckConstraint(
                condition=Q(refund__isnull=True) | Q(kind=DocumentKind.CREDIT_NOTE),
                name="document_of_a_refund_is_a_credit_note",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="document_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, total_minor__gt=0),
                name="document_number_and_total_are_positive",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="document_currency_of_3_letters"
            ),
            models.CheckConstraint(
                condition=Q(kind=DocumentKind.RECEIPT, payment__isnull=False)
                | (~Q(kind=DocumentKind.RECEIPT) & Q(payment__isnull=True)),
                name="document_exactly_a_receipt_names_its_payment",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind=DocumentKind.CREDIT_NOTE, document_credited__isnull=False)
                    & ~Q(reason="")
                )
                | (
                    ~Q(kind=DocumentKind.CREDIT_NOTE) & Q(document_credited__isnull=True, reason="")
                ),
                name="document_exactly_a_credit_note_names_what_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(recipient_name=""), name="document_is_made_out_to_somebody"
            ),
            models.CheckConstraint(
                condition=Q(recipient_tax_kind="", recipient_tax_number="")
                | (Q(recipient_tax_kind__in=TaxNumberKind.values) & ~Q(recipient_tax_number="")),
                name="document_tax_number_has_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(needs_authorisation=False) | Q(kind__in=sorted(AUTHORISABLE)),
                name="document_authorised_is_an_invoice_or_its_credit",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=True, rendered_at__isnull=True)
                | Q(file__isnull=False, rendered_at__isnull=False),
                name="document_file_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.written_number

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def is_ready(self) -> bool:
        return self.file_id is not None


class FiscalAuthorisation(models.Model):
    """The code by which a tax office let a document be issued: who brought it, and when. Append-only."""

    document = models.OneToOneField(
        FiscalDocument, on_delete=models.PROTECT, related_name="authorisation"
    )
    authority = models.CharField(_("authorised by"), max_length=10)
    code = models.CharField(_("authorisation code"), max_length=40)
    expires_on = models.DateField(_("code expires"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("fiscal authorisation")
        verbose_name_plural = _("fiscal authorisations")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-Za-z-]{6,40}$"),
                name="authorisation_code_is_plain",
            ),
            models.UniqueConstraint(
                fields=["authority", "code"], name="authorisation_code_used_once"
            ),
        ]

    def __str__(self) -> str:
        return self.code
