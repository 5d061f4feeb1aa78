"""The organiser's questions, and what people answered."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, QuerySet

from conference.models import Event
from registration.models import Answer, Question
from registration.rules.questions import answer_in_words


def questions_on_the_desk(event: Event) -> QuerySet[Question]:
    """In their order, with `answered`, how many people did."""
    return (
        Question.objects.filter(event=event)
        .select_related("shown_if")
        .prefetch_related("ticket_types")
        .annotate(answered=Count("answers"))
        .order_by("sort_key", "pk")
    )


def answers_in_words(registration_ids: Iterable[int]) -> dict[int, dict[int, str]]:
    """By registration, then by question. One query."""
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for answer in Answer.objects.filter(registration__in=registration_ids).select_related(
        "question"
    ):
        words = answer_in_words(answer.question, answer.value)
        found[answer.registration_id][answer.question_id] = words
    return dict(found)
