"""
The accredited activity of an event that is made from another one.

Designations are not copied: each was approved for one activity, on one day, by a person.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from certificates.models import Activity, EvaluationQuestion
from conference.models import Event
from conference.operations.copying import CopiedTable, Duplication, Parts
from conference.states import EventPart


def _activities(event: Event, parts: Parts) -> QuerySet[Activity]:
    if EventPart.CREDITS not in parts:
        return Activity.objects.none()
    return Activity.objects.filter(event=event)


def _activity(activity: Activity, duplication: Duplication) -> Mapping[str, Any]:
    opens_at, closes_at = duplication.moved_period(
        activity.claim_opens_at, activity.claim_closes_at
    )
    return {
        "event_id": duplication.copy.pk,
        "claim_opens_at": opens_at,
        "claim_closes_at": closes_at,
    }


def _question(question: EvaluationQuestion, duplication: Duplication) -> Mapping[str, Any]:
    return {"activity_id": duplication.new_id(Activity, question.activity_id)}


TABLES = (
    CopiedTable(Activity, rows=_activities, changes=_activity),
    CopiedTable(
        EvaluationQuestion,
        rows=lambda event, parts: EvaluationQuestion.objects.filter(
            activity__in=_activities(event, parts)
        ),
        changes=_question,
    ),
)


def copy_activity(duplication: Duplication) -> None:
    for table in TABLES:
        duplication.copy_table(table)
