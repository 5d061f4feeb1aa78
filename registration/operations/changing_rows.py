"""How a row of the catalogue is added, changed, moved and deleted: always with its history."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from i18nfield.fields import I18nCharField, I18nTextField
from i18nfield.strings import LazyI18nString

from conference.kernel.db import violated_constraint
from conference.kernel.rich_text import clean_line, clean_text
from conference.models import Event, User
from conference.operations.history import record
from registration.rules.catalogue import SENTENCES, CatalogueRefused, InUse
from registration.rules.refusals import NothingLikeIt
from registration.states import RegistrationAction

Row = TypeVar("Row", bound=models.Model)
SORT_STEP = 10


@contextmanager
def in_words() -> Iterator[None]:
    """Turn a violated constraint of the catalogue into its sentence; let any other crash."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        found = SENTENCES.get(violated_constraint(error) or "")
        if found is None:
            raise
        field, words = found
        raise CatalogueRefused(words, field=field) from error


def locked(model: type[Row], *, event: Event, pk: int) -> Row:
    """
    The event's row under its lock. Buyers only wait if they want the same row's counters.

    :raises NothingLikeIt: if the event has none such.
    """
    found = (
        model._default_manager.select_for_update(of=("self",), no_key=True)
        .filter(event=event, pk=pk)
        .first()
    )
    if found is None:
        raise NothingLikeIt(_("There is nothing like it at this event."))
    return found


def add_row(
    row: Row, values: Mapping[str, Any], *, fields: Iterable[str], actor: User, at: dt.datetime
) -> Row:
    changes = _assign(row, values, fields)
    _require_valid(row, fields)
    with in_words():
        row.save(force_insert=True)
    record(
        RegistrationAction.CATALOGUE_ADDED, event=_event(row), subject=row, actor=actor, at=at,
        data={name: new for name, (_old, new) in changes.items()},
    )  # fmt: skip
    return row


def change_row(
    row: Row,
    values: Mapping[str, Any],
    *,
    fields: Iterable[str],
    actor: User,
    at: dt.datetime,
    others: Mapping[str, Any] | None = None,
    hidden: Collection[str] = (),
    action: RegistrationAction = RegistrationAction.CATALOGUE_CHANGED,
) -> Row:
    """
    The row is locked. `others` are changes of its lists, made by the caller.

    Of `hidden` fields history says only that they changed: they may hold what persons are called.
    """
    changes = _assign(row, values, fields)
    _require_valid(row, fields)
    if changes:
        with in_words():
            row.save(update_fields=tuple(changes))
    noted = {
        **{name: [] if name in hidden else pair for name, pair in changes.items()},
        **(others or {}),
    }
    if noted:
        record(action, event=_event(row), subject=row, actor=actor, at=at, data=noted)
    return row


def delete_row(row: Row, *, refusal: InUse, actor: User, at: dt.datetime) -> None:
    """The row is locked. :raises InUse: `refusal`, if anything that was sold points at it."""
    pk, event = row.pk, _event(row)
    try:
        with transaction.atomic():
            row.delete()
    except models.ProtectedError as error:
        raise refusal from error
    row.pk = pk  # for the line of history
    record(RegistrationAction.CATALOGUE_DELETED, event=event, subject=row, actor=actor, at=at)


def move_row(
    model: type[Row],
    *,
    event: Event,
    pk: int,
    is_up: bool,
    actor: User,
    at: dt.datetime,
    among: Mapping[str, Any] | None = None,
) -> None:
    """Swap a row with its neighbour; at the end of the list nothing happens."""
    siblings: models.QuerySet[Row] = model._default_manager.filter(event=event, **(among or {}))
    list(siblings.select_for_update(no_key=True).order_by("pk"))
    rows = list(siblings.order_by("sort_key", "pk"))
    here = next((place for place, row in enumerate(rows) if row.pk == pk), None)
    if here is None:
        raise NothingLikeIt(_("There is nothing like it at this event."))
    there = here - 1 if is_up else here + 1
    if not 0 <= there < len(rows):
        return
    moved = rows[here]
    rows[here], rows[there] = rows[there], rows[here]
    for number, row in enumerate(rows, start=1):
        if getattr(row, "sort_key", None) != number * SORT_STEP:
            siblings.filter(pk=row.pk).update(sort_key=number * SORT_STEP)
    record(
        RegistrationAction.CATALOGUE_MOVED, event=event, subject=moved, actor=actor, at=at,
        data={"place": [here + 1, there + 1]},
    )  # fmt: skip


def last_sort_key(rows: models.QuerySet[Any]) -> int:
    last: int | None = rows.aggregate(last=models.Max("sort_key"))["last"]
    return (last or 0) + SORT_STEP


def slug_for(typed: str, *, name: object, taken: Iterable[str], longest: int = 60) -> str:
    """What was typed, else a free one made of the name."""
    if typed:
        return typed
    words = LazyI18nString(name) if isinstance(name, dict) else name
    wanted = slugify(str(words))[: longest - 4] or "x"
    busy = set(taken)
    slug, number = wanted, 1
    while slug in busy:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def written(value: Any) -> Any:
    """A value as history keeps it."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, dt.date):  # a moment is one too
        return value.isoformat()
    if isinstance(value, LazyI18nString):
        return value.data
    return value


def _assign(row: models.Model, values: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    changes = {}
    for name in fields:
        if name not in values:
            continue
        field = row._meta.get_field(name)
        new = _cleaned(field, values[name])
        if isinstance(new, models.Model) and getattr(new, "event_id", None) not in (
            None,
            row.event_id,  # type: ignore[attr-defined] # every row of the catalogue has one
        ):
            raise NothingLikeIt(_("There is nothing like it at this event."), field=name)
        old = written(getattr(row, name))
        if old != written(new):
            changes[name] = [old, written(new)]
            setattr(row, name, new)
    return changes


def _cleaned(field: Any, value: Any) -> Any:
    """Texts in NFC, without invisible letters; languages that say nothing are left out."""
    if isinstance(field, I18nCharField | I18nTextField):
        clean = clean_line if isinstance(field, I18nCharField) else clean_text
        text = value if isinstance(value, LazyI18nString) else LazyI18nString(value)
        if isinstance(text.data, dict):
            lines = {language: clean(line or "") for language, line in text.data.items()}
            return LazyI18nString({language: line for language, line in lines.items() if line})
        return LazyI18nString(clean(str(text.data or "")))
    if isinstance(field, models.CharField) and isinstance(value, str):
        return clean_line(value)
    return value


def _require_valid(row: models.Model, fields: Iterable[str]) -> None:
    typed = set(fields)
    try:
        row.clean_fields(exclude={each.name for each in row._meta.fields} - typed)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise CatalogueRefused(messages[0], field=field) from error


def _event(row: models.Model) -> Event:
    event: Event = row.event  # type: ignore[attr-defined] # every row of the catalogue has one
    return event
