"""
Copying the rows of an event to another one, table by table.

Each app lists its tables in the order in which they stand on each other. A column that is not
named as changed is copied as it is: whoever adds a counter or something personal to a copied
table resets it in that list.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from conference.models import Event, User
from conference.rules import days_later, period_days_later
from conference.states import EventPart

AT_ONCE = 1000
Parts = frozenset[EventPart]
Rows = Callable[[Event, Parts], "models.QuerySet[Any]"]
Changes = Callable[[Any, "Duplication"], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class CopiedLine:
    """So many of what would be copied."""

    words: str
    number: int


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """
    The rows of one model. `changes` gives the columns that are other in the copy.

    `postponed` are columns that point to rows of the same table, and what may only stand with
    them; each with its value until all rows are there.
    """

    model: type[models.Model]
    rows: Rows
    changes: Changes
    postponed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CopiedLinks:
    """A many-to-many table between two copied ones: its columns, and what they point to."""

    through: type[models.Model]
    left: tuple[str, type[models.Model]]
    right: tuple[str, type[models.Model]]


@dataclass(frozen=True)
class Duplication:
    """An event that is being duplicated, and which row became which."""

    source: Event
    copy: Event
    parts: Parts
    actor: User | None
    at: dt.datetime
    _ids: dict[type[models.Model], dict[int, int]] = field(default_factory=dict)

    @property
    def days(self) -> int:
        return (self.copy.first_day - self.source.first_day).days

    def moved(self, moment: dt.datetime | None) -> dt.datetime | None:
        """The same hour on the same day of the other edition."""
        if moment is None:
            return None
        return days_later(moment, days=self.days, zone=self.source.zone)

    def moved_period(
        self, starts_at: dt.datetime | None, ends_at: dt.datetime | None
    ) -> tuple[dt.datetime | None, dt.datetime | None]:
        if starts_at is None or ends_at is None:
            return self.moved(starts_at), self.moved(ends_at)
        return period_days_later(starts_at, ends_at, days=self.days, zone=self.source.zone)

    def new_id(self, model: type[models.Model], old_id: int | None) -> int | None:
        """The copy of that row; None if it has none."""
        return self._ids.get(model, {}).get(old_id or 0)

    def ids_of(self, model: type[models.Model]) -> Mapping[int, int]:
        return self._ids.get(model, {})

    def copy_table(self, table: CopiedTable) -> None:
        originals = list(table.rows(self.source, self.parts).order_by("pk"))
        copies = [
            _copy_of(row, {**table.changes(row, self), **table.postponed}) for row in originals
        ]
        table.model._default_manager.bulk_create(copies, batch_size=AT_ONCE)
        self._ids[table.model] = {
            row.pk: copy.pk for row, copy in zip(originals, copies, strict=True)
        }
        if table.postponed:
            self._fill_in(table, originals, copies)

    def _fill_in(
        self, table: CopiedTable, originals: Sequence[models.Model], copies: Sequence[models.Model]
    ) -> None:
        touched = []
        for row, copy in zip(originals, copies, strict=True):
            values = {name: getattr(row, name) for name in table.postponed}
            if values == dict(table.postponed):
                continue
            for name, value in values.items():
                is_link = table.model._meta.get_field(name.removesuffix("_id")).is_relation
                setattr(copy, name, self.new_id(table.model, value) if is_link else value)
            touched.append(copy)
        names = [name.removesuffix("_id") for name in table.postponed]
        table.model._default_manager.bulk_update(touched, names, batch_size=AT_ONCE)

    def copy_links(self, links: CopiedLinks) -> None:
        left, left_model = links.left
        right, right_model = links.right
        pairs = links.through._default_manager.filter(
            **{f"{left}__in": list(self.ids_of(left_model))}
        ).values_list(left, right)
        links.through._default_manager.bulk_create(
            (
                links.through(
                    **{left: self.new_id(left_model, one), right: self.new_id(right_model, other)}
                )
                for one, other in pairs.order_by("pk")
                if self.new_id(right_model, other) is not None
            ),
            batch_size=AT_ONCE,
        )


def _copy_of(row: models.Model, changes: Mapping[str, Any]) -> models.Model:
    values = {
        one.attname: getattr(row, one.attname)
        for one in row._meta.concrete_fields
        if not one.primary_key
    }
    return type(row)(**{**values, **changes})


def lines_of(tables: Iterable[CopiedTable], event: Event, parts: Parts) -> list[CopiedLine]:
    """What would be copied of those tables; a table without a row is left out."""
    counted = (
        CopiedLine(str(table.model._meta.verbose_name_plural), table.rows(event, parts).count())
        for table in tables
    )
    return [line for line in counted if line.number]
