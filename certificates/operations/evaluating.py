"""The evaluation: answers without a name, and a name without answers."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from certificates.models import EvaluationAnswer, EvaluationCompletion, EvaluationQuestion
from certificates.operations.errors import AlreadyEvaluated, NotConfirmed
from certificates.queries.standing import activity_of
from certificates.states import CertificateAction
from conference.kernel.errors import InputRefused
from conference.kernel.rich_text import clean_text
from conference.operations.history import record
from registration.models import Registration

LOWEST_SCORE, HIGHEST_SCORE = 1, 5
LONGEST_ANSWER = 2_000


@transaction.atomic
def submit_evaluation(
    *, registration_id: int, answers: Mapping[int, int | str], at: dt.datetime
) -> EvaluationCompletion:
    """
    Keep the answers (by question: a score from 1 to 5, or words) without a trace of whose they
    are, and note apart that this person sent hers. Once.

    :raises NotConfirmed: if she has no confirmed place.
    :raises AlreadyEvaluated: if she did it before.
    :raises InputRefused: for a missing or impossible answer; `field` is `question_<id>`.
    """
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("event")
        .get(pk=registration_id)
    )
    activity = activity_of(registration)
    if activity is None:
        raise InputRefused(_("This event has nothing to evaluate."))
    if not registration.is_confirmed:
        raise NotConfirmed(_("Only people with a confirmed place can evaluate the event."))
    if EvaluationCompletion.objects.filter(registration=registration).exists():
        raise AlreadyEvaluated(_("You have sent the evaluation already. Thank you."))

    today = at.astimezone(registration.event.zone).date()
    questions = {question.pk: question for question in activity.questions.all()}
    if set(answers) - set(questions):
        raise InputRefused(_("There is an answer to a question that was not asked."))
    EvaluationAnswer.objects.bulk_create(
        answer
        for question in questions.values()
        if (answer := _answer_to(question, answers.get(question.pk, ""), on=today))
    )
    completion = EvaluationCompletion.objects.create(
        activity=activity, registration=registration, completed_on=today
    )
    record(
        CertificateAction.EVALUATION_COMPLETED,
        event=registration.event,
        subject=registration,
        actor=None,
        at=at,
    )
    return completion


def _answer_to(
    question: EvaluationQuestion, given: int | str, *, on: dt.date
) -> EvaluationAnswer | None:
    field = f"question_{question.pk}"
    if given == "":
        if question.is_required:
            raise InputRefused(_("Please answer this question."), field=field)
        return None
    if question.is_scale:
        if not isinstance(given, int) or not LOWEST_SCORE <= given <= HIGHEST_SCORE:
            raise InputRefused(_("Choose a number from 1 to 5."), field=field)
        return EvaluationAnswer(question=question, score=given, answered_on=on)
    words = clean_text(str(given)).strip()[:LONGEST_ANSWER]
    if not words:
        return None
    return EvaluationAnswer(question=question, words=words, answered_on=on)
