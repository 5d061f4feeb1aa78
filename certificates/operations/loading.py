"""Bringing the rows of `certificates/data/` into the database; the same twice changes nothing."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction
from i18nfield.strings import LazyI18nString

from certificates.models import CreditType, Statement
from certificates.rules.statements import placeholders_in

DATA = Path(__file__).resolve().parent.parent / "data"


@transaction.atomic
def load_credit_data() -> tuple[int, int]:
    """How many credit types and statements there are now. A text with a wrong placeholder crashes."""
    credit_types: list[dict[str, Any]] = _read("credit_types.json")
    for row in credit_types:
        values = {**row, "name": LazyI18nString(row["name"])}
        CreditType.objects.update_or_create(code=values.pop("code"), defaults=values)
    statements: list[dict[str, Any]] = _read("statements.json")["statements"]
    for row in statements:
        placeholders_in(row["text"])
        Statement.objects.update_or_create(
            credit_code=row["credit_code"],
            kind=row["kind"],
            language=row["language"],
            version=row["version"],
            defaults={"text": row["text"], "source": row["source"]},
        )
    return len(credit_types), len(statements)


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))
