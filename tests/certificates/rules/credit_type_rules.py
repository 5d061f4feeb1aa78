"""The credit types as the data file states them."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import certificates
from certificates.rules.credit_types import CreditTypeRule, credit_type_rule

DATA = Path(certificates.__file__).parent / "data"


def credit_type_rows() -> list[dict[str, Any]]:
    return json.loads((DATA / "credit_types.json").read_text(encoding="utf-8"))


RULES: dict[str, CreditTypeRule] = {
    row["code"]: credit_type_rule(SimpleNamespace(**row)) for row in credit_type_rows()
}
AMA = RULES["AMA_PRA_1"]
TEACHING = RULES["AMA_TEACHING"]
ECMEC = RULES["ECMEC"]
ANCC = RULES["ANCC_CH"]
CEU = RULES["IACET_CEU"]
RELOJ = RULES["AR_HORAS_RELOJ"]
CATEDRA = RULES["AR_HORAS_CATEDRA_45"]
RCPSC = RULES["RCPSC_MOC1"]
EVERY_CODE = frozenset(RULES)
