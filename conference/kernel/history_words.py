"""The words for what history says. Each app announces the actions it records."""

from django.db.models import TextChoices
from django.utils.functional import Promise

_labels: dict[str, str | Promise] = {}


def announce_actions(*actions: type[TextChoices]) -> None:
    for choices in actions:
        _labels.update({member.value: member.label for member in choices})


def action_labels() -> dict[str, str | Promise]:
    return _labels
