"""Papers about money, and who authorises them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DocumentKind(TextChoices):
    """Papers about money. Only an invoice and a credit note are a fiscal authority's business."""

    RECEIPT = "receipt", _("Receipt")
    INVOICE = "invoice", _("Invoice")
    PROFORMA = "proforma", _("Proforma invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


# What a credit note may take back, and what an authority has to authorise where there is one.
CREDITABLE = frozenset({DocumentKind.RECEIPT, DocumentKind.INVOICE})
AUTHORISABLE = frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE})


class TaxNumberKind(TextChoices):
    """The number by which a country's tax office knows a person or a company."""

    CUIT = "cuit", _("CUIT (Argentina)")
    CNPJ = "cnpj", _("CNPJ (Brazil, company)")
    CPF = "cpf", _("CPF (Brazil, person)")
    RUT_CL = "rut_cl", _("RUT (Chile)")
    NIT_CO = "nit_co", _("NIT (Colombia)")
    RFC = "rfc", _("RFC (Mexico)")
    RUT_UY = "rut_uy", _("RUT (Uruguay)")
    RUC_PE = "ruc_pe", _("RUC (Peru)")
    RUC_EC = "ruc_ec", _("RUC (Ecuador)")
    NIF = "nif", _("NIF (Spain)")
    EIN = "ein", _("EIN (United States)")
    OTHER = "other", _("Number of another country")


class AuthorityKind(TextChoices):
    """Who authorises an issuer's invoices."""

    NONE = "none", _("Nobody: invoices need no authorisation")
    MANUAL = "manual", _("The tax office: its code is typed in here (CAE)")


class DocumentAction(TextChoices):
    """What history says about papers about money."""

    ISSUED = "document.issued", _("Document issued")
    AUTHORISED = "document.authorised", _("Document authorised")
    RENDERED = "document.rendered", _("File of a document made")
    ISSUER_CHANGED = "issuer.changed", _("Issuer of documents changed")
