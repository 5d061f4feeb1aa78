"""When and on which terms people register."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from conference.models import Event, User
from registration.models import Order, RegistrationPolicy
from registration.operations.changing_rows import add_row, change_row, written
from registration.rules.catalogue import CatalogueRefused

POLICY_FIELDS = (
    "opens_at", "closes_at", "hold_minutes", "transfer_days", "hold_extensions", "offer_hours",
    "changes_until", "refund_steps", "group_seats", "group_return_days", "group_names_days", "kept_days",
    "bank_instructions", "terms", "terms_version",
    "proof_professions", "proof_days", "proof_until", "proof_file_days",
)  # fmt: skip
MOST_DAYS = 1_000


@transaction.atomic
def set_policy(
    *, event: Event, values: Mapping[str, Any], actor: User, at: dt.datetime
) -> RegistrationPolicy:
    """
    Say it for the first time, or change it for whoever registers from now on.

    :raises CatalogueRefused: if it makes no sense, or terms that people accepted would change
        under the version they accepted.
    """
    if "refund_steps" in values:
        values = {**values, "refund_steps": _steps(values["refund_steps"])}
    # Not locked by its event: buyers hold that row too, if only to point at it.
    policy = (
        RegistrationPolicy.objects.select_for_update(of=("self",), no_key=True)
        .filter(event=event)
        .first()
    )
    if policy is None:
        return add_row(
            RegistrationPolicy(event=event), values, fields=POLICY_FIELDS, actor=actor, at=at
        )
    _require_new_version(policy, values)
    return change_row(policy, values, fields=POLICY_FIELDS, actor=actor, at=at)


def _require_new_version(policy: RegistrationPolicy, values: Mapping[str, Any]) -> None:
    terms = values.get("terms", policy.terms)
    version = values.get("terms_version", policy.terms_version)
    if _says(terms) == _says(policy.terms) or version != policy.terms_version:
        return
    if Order.objects.filter(event=policy.event_id, terms_version=version).exists():
        raise CatalogueRefused(
            _("People accepted these terms already: give the new ones a version of their own."),
            field="terms_version",
        )


def _says(text: Any) -> dict[str, str]:
    """What it says in which language, whatever the order of languages and the breaks of lines."""
    by_language = written(text)
    if not isinstance(by_language, Mapping):
        by_language = {"": by_language or ""}
    says = {language: " ".join(each.split()) for language, each in by_language.items() if each}
    return {language: words for language, words in says.items() if words}


def _steps(given: Collection[Mapping[str, Any]]) -> list[dict[str, int]]:
    steps: dict[int, int] = {}
    for each in given:
        days, percent = each.get("days_before"), each.get("percent")
        if (
            not isinstance(days, int)
            or not isinstance(percent, int)
            or not 0 <= days <= MOST_DAYS
            or not 1 <= percent <= 100
        ):
            raise CatalogueRefused(
                _("Each step has a number of days and 1 to 100 percent."), field="refund_steps"
            )
        if days in steps:
            raise CatalogueRefused(_("Two steps have the same days."), field="refund_steps")
        steps[days] = percent
    return [{"days_before": days, "percent": steps[days]} for days in sorted(steps, reverse=True)]
