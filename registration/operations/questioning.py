"""The organisers' questions: added, changed, moved, deleted while nobody answered; answers forgotten."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from conference.kernel.rich_text import clean_line
from conference.models import Event, User
from conference.operations.history import record
from registration.models import Answer, Question, TicketType
from registration.operations.changing_rows import (
    add_row,
    change_row,
    delete_row,
    last_sort_key,
    locked,
    move_row,
    slug_for,
)
from registration.rules.catalogue import CatalogueRefused, InUse
from registration.rules.questions import KINDS_OF_CHOICES, wanted_answers
from registration.rules.refusals import NothingLikeIt
from registration.states import QuestionKind, RegistrationAction

QUESTION_FIELDS = (
    "slug", "kind", "label", "help_text", "options", "is_required", "is_offered", "shown_if",
    "shown_if_answer", "keep_days",
)  # fmt: skip
MOST_OPTIONS = 100
LONGEST_VALUE = 60


@transaction.atomic
def add_question(
    *,
    event: Event,
    values: Mapping[str, Any],
    ticket_types: Collection[TicketType] = (),
    actor: User,
    at: dt.datetime,
) -> Question:
    """
    Ask something new, last of all.

    :raises CatalogueRefused, NothingLikeIt: if it makes no sense, naming the field.
    """
    rows = Question.objects.filter(event=event)
    slug = slug_for(
        values.get("slug", ""),
        name=values.get("label", ""),
        taken=rows.values_list("slug", flat=True),
    )
    question = Question(event=event, sort_key=last_sort_key(rows))
    values = _whole(question, {**values, "slug": slug})
    add_row(question, values, fields=QUESTION_FIELDS, actor=actor, at=at)
    _only_with(question, ticket_types)
    return question


@transaction.atomic
def change_question(
    *,
    event: Event,
    question_id: int,
    values: Mapping[str, Any],
    ticket_types: Collection[TicketType] | None = None,
    actor: User,
    at: dt.datetime,
) -> Question:
    """
    Ask it differently from now on; what was answered stays as it was answered.

    :raises CatalogueRefused: if it makes no sense; or another kind of answer once it was answered,
        or a choice gone that another question depends on.
    """
    question = locked(Question, event=event, pk=question_id)
    values = _whole(question, {**values, "slug": values.get("slug") or question.slug})
    if values.get("kind", question.kind) != question.kind and question.answers.exists():
        raise CatalogueRefused(
            _("It was answered already: ask a new question instead."), field="kind"
        )
    _require_dependants_still_asked(question, values)
    others = _only_with(question, ticket_types) if ticket_types is not None else {}
    return change_row(question, values, fields=QUESTION_FIELDS, others=others, actor=actor, at=at)


@transaction.atomic
def delete_question(*, event: Event, question_id: int, actor: User, at: dt.datetime) -> None:
    """:raises InUse: if it was answered, or another question depends on it."""
    question = locked(Question, event=event, pk=question_id)
    refusal = InUse(
        _("It was answered, or another question depends on it. Stop asking it instead.")
    )
    delete_row(question, refusal=refusal, actor=actor, at=at)


@transaction.atomic
def stop_asking(*, event: Event, question_id: int, actor: User, at: dt.datetime) -> None:
    """:raises CatalogueRefused: while a question that is asked depends on it."""
    question = locked(Question, event=event, pk=question_id)
    _require_dependants_still_asked(question, {"is_offered": False})
    change_row(question, {"is_offered": False}, fields=("is_offered",), actor=actor, at=at)


@transaction.atomic
def move_question(
    *, event: Event, question_id: int, is_up: bool, actor: User, at: dt.datetime
) -> None:
    """:raises CatalogueRefused: if it would come before the question it depends on."""
    move_row(Question, event=event, pk=question_id, is_up=is_up, actor=actor, at=at)
    places = list(
        Question.objects.filter(event=event)
        .order_by("sort_key", "pk")
        .values_list("pk", "shown_if_id")
    )
    seen: set[int] = set()
    for pk, shown_if_id in places:
        if shown_if_id is not None and shown_if_id not in seen:
            raise CatalogueRefused(_("A question comes after the one it depends on."))
        seen.add(pk)


@transaction.atomic
def forget_answers(*, question_id: int, at: dt.datetime) -> int:
    """
    Delete a question's answers if their time is over. How many; history keeps the number alone.
    """
    question = (
        Question.objects.select_for_update(of=("self",), no_key=True)
        .select_related("event")
        .get(pk=question_id)
    )
    event = question.event
    last_day = event.last_day + dt.timedelta(days=question.keep_days)
    if at.astimezone(event.zone).date() <= last_day:
        return 0
    number, _by_model = Answer.objects.filter(question=question).delete()
    if number:
        record(
            RegistrationAction.ANSWERS_DELETED, event=event, subject=question, actor=None, at=at,
            data={"answers": number, "keep_days": question.keep_days},
        )  # fmt: skip
    return number


def forget_answers_whose_time_is_over(*, at: dt.datetime) -> int:
    """For the sweeper. How many answers were deleted."""
    answered = Question.objects.filter(
        event__last_day__lt=at.date() + dt.timedelta(days=1), answers__isnull=False
    ).distinct()
    ids = list(answered.order_by("pk").values_list("pk", flat=True))
    return sum(forget_answers(question_id=pk, at=at) for pk in ids)


def _whole(question: Question, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values with what does not belong to the kind taken out, and the condition looked at."""
    whole = dict(values)
    kind = whole.get("kind", question.kind)
    if kind not in QuestionKind.values:
        raise CatalogueRefused(_("Please choose the kind of answer."), field="kind")
    if "options" in whole or "kind" in whole:
        options = whole.get("options", question.options)
        whole["options"] = _options(options) if kind in KINDS_OF_CHOICES else []
    depends_on = whole.get("shown_if", question.shown_if)
    answer = whole.get("shown_if_answer", question.shown_if_answer)
    if depends_on is None:
        if answer:
            raise CatalogueRefused(
                _("Please choose the question that this answer is of."), field="shown_if"
            )
        return whole
    if depends_on.event_id != question.event_id:
        raise NothingLikeIt(_("There is no such question at this event."), field="shown_if")
    if depends_on.pk == question.pk or (
        question.pk and (depends_on.sort_key, depends_on.pk) > (question.sort_key, question.pk)
    ):
        raise CatalogueRefused(_("A question comes after the one it depends on."), field="shown_if")
    wanted = wanted_answers(depends_on)
    if not answer or (wanted is not None and answer not in wanted):
        raise CatalogueRefused(
            _("Answers to it are: %(answers)s.") % {"answers": ", ".join(wanted or ["…"])},
            field="shown_if_answer",
        )
    return whole


def _options(given: Collection[Mapping[str, Any]]) -> list[dict[str, Any]]:
    options: dict[str, dict[str, Any]] = {}
    for each in given:
        value = clean_line(str(each.get("value", "")))
        label = each.get("label") or value
        if not value or len(value) > LONGEST_VALUE:
            raise CatalogueRefused(_("Each choice has a short name."), field="options")
        if value in options:
            raise CatalogueRefused(
                _("The choice “%(value)s” is there twice.") % {"value": value}, field="options"
            )
        options[value] = {"value": value, "label": label}
    if not 1 <= len(options) <= MOST_OPTIONS:
        raise CatalogueRefused(
            _("Please give 1 to %(most)d choices.") % {"most": MOST_OPTIONS}, field="options"
        )
    return list(options.values())


def _require_dependants_still_asked(question: Question, values: Mapping[str, Any]) -> None:
    changed = Question(
        kind=values.get("kind", question.kind), options=values.get("options", question.options)
    )
    wanted = wanted_answers(changed)
    is_offered = values.get("is_offered", question.is_offered)
    for dependant in Question.objects.filter(shown_if=question, is_offered=True):
        if not is_offered or (wanted is not None and dependant.shown_if_answer not in wanted):
            raise CatalogueRefused(
                _("“%(question)s” depends on this: it would never be asked.")
                % {"question": dependant},
                field="is_offered" if not is_offered else "options",
            )


def _only_with(question: Question, ticket_types: Collection[TicketType]) -> dict[str, Any]:
    if any(each.event_id != question.event_id for each in ticket_types):
        raise NothingLikeIt(_("There is no such ticket at this event."), field="ticket_types")
    old = sorted(question.ticket_types.values_list("pk", flat=True))
    new = sorted(each.pk for each in ticket_types)
    question.ticket_types.set(ticket_types)
    return {"ticket_types": [old, new]} if old != new else {}
