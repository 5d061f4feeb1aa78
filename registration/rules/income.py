"""
Income groups of countries: data with an edition, frozen on every order.

Source: World Bank Country and Lending Groups; the edition and address stand in
`registration/data/income_groups.json`.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from registration.states import IncomeGroup

_FILE = Path(__file__).resolve().parent.parent / "data" / "income_groups.json"


@lru_cache(maxsize=1)
def _list() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def _group_by_country() -> dict[str, IncomeGroup]:
    return {
        country: IncomeGroup(group)
        for group, countries in _list()["groups"].items()
        for country in countries
    }


def income_edition() -> str:
    """The edition of the list, such as FY26."""
    edition: str = _list()["edition"]
    return edition


def income_group_of(country: str) -> IncomeGroup | None:
    """The group of a country (ISO 3166-1 alpha-2); None if the edition does not classify it."""
    return _group_by_country().get(country)
