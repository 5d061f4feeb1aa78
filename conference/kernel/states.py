"""State machines are tables: {old state: the states it may become}."""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from conference.kernel.errors import TransitionRefused

State = TypeVar("State", bound=TextChoices)


def require_transition(table: Mapping[State, frozenset[State]], *, old: State, new: State) -> None:
    """
    Let an arrow of the table pass.

    :raises TransitionRefused: if the table has no arrow from `old` to `new`.
    """
    if new not in table[old]:
        raise TransitionRefused(
            _("It is “%(old)s” now and cannot become “%(new)s”.")
            % {"old": old.label, "new": new.label},
        )
