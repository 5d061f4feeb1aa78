"""
Tax numbers of the Americas and Spain: read as people type them, refused if a check digit is wrong.

The algorithms are python-stdnum's, which cites each country's rule. A number of another country is
kept as it was typed: nobody checked it, and the papers say so nowhere, the desk does.
"""

import re
from types import ModuleType

from django.utils.translation import gettext as _
from stdnum.ar import cuit
from stdnum.br import cnpj, cpf
from stdnum.cl import rut as rut_cl
from stdnum.co import nit as nit_co
from stdnum.ec import ruc as ruc_ec
from stdnum.es import nif
from stdnum.exceptions import ValidationError
from stdnum.mx import rfc
from stdnum.pe import ruc as ruc_pe
from stdnum.us import ein
from stdnum.uy import rut as rut_uy

from conference.kernel.errors import InputRefused
from conference.kernel.texts import clean_name
from registration.states import TaxNumberKind

LONGEST = 30
_CHECKED: dict[TaxNumberKind, ModuleType] = {
    TaxNumberKind.CUIT: cuit,
    TaxNumberKind.CNPJ: cnpj,
    TaxNumberKind.CPF: cpf,
    TaxNumberKind.RUT_CL: rut_cl,
    TaxNumberKind.NIT_CO: nit_co,
    TaxNumberKind.RFC: rfc,
    TaxNumberKind.RUT_UY: rut_uy,
    TaxNumberKind.RUC_PE: ruc_pe,
    TaxNumberKind.RUC_EC: ruc_ec,
    TaxNumberKind.NIF: nif,
    TaxNumberKind.EIN: ein,
}
# How people call the number, in every language; on papers it stands before it.
_ACRONYMS = {
    TaxNumberKind.RUT_CL: "RUT",
    TaxNumberKind.RUT_UY: "RUT",
    TaxNumberKind.NIT_CO: "NIT",
    TaxNumberKind.RUC_PE: "RUC",
    TaxNumberKind.RUC_EC: "RUC",
}
_PLAIN = re.compile(r"[0-9A-Za-z./ -]+")


class TaxNumberRefused(InputRefused):
    code = "tax_number"


def acronym_of(kind: str) -> str:
    """`CUIT`; empty for a country we do not know."""
    if kind not in TaxNumberKind.values or kind == TaxNumberKind.OTHER:
        return ""
    return _ACRONYMS.get(TaxNumberKind(kind), kind.upper())


def is_checked(kind: str) -> bool:
    return kind in TaxNumberKind.values and kind != TaxNumberKind.OTHER


def read_tax_number(kind: str, text: str, *, field: str = "tax_number") -> str:
    """
    The number as its country writes it: `30-50001091-2`.

    :raises InputRefused: if the kind is none of ours, or the number cannot be one of its kind.
    """
    if kind not in TaxNumberKind.values:
        raise TaxNumberRefused(_("Please choose the kind of number."), field="tax_kind")
    if kind == TaxNumberKind.OTHER:
        return _of_another_country(text, field=field)
    checked = _CHECKED[TaxNumberKind(kind)]
    try:
        # Full-width and other digits are letters to a tax office.
        number: str = checked.validate(text.strip()) if _PLAIN.fullmatch(text.strip()) else ""
    except ValidationError:
        number = ""
    if not number:
        raise TaxNumberRefused(
            _("The %(kind)s is not valid. Please compare it with the document.")
            % {"kind": acronym_of(kind)},
            field=field,
        )
    written: str = checked.format(number) if hasattr(checked, "format") else number
    return written


def _of_another_country(text: str, *, field: str) -> str:
    number = clean_name(text, field=field)
    if len(number) > LONGEST or not any(character.isalnum() for character in number):
        raise TaxNumberRefused(
            _("Please write the number with at most %(longest)d characters.")
            % {"longest": LONGEST},
            field=field,
        )
    return number
