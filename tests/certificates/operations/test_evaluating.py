import pytest
from django.core.exceptions import FieldDoesNotExist

from certificates.models import EvaluationAnswer, EvaluationCompletion
from certificates.operations.errors import AlreadyEvaluated, NotConfirmed
from certificates.operations.evaluating import submit_evaluation
from conference.kernel.errors import InputRefused
from conference.models import HistoryEntry
from registration.models import Registration
from tests.certificates import stage

pytestmark = pytest.mark.django_db


def test_answers_and_completion_are_kept_apart(physician, activity):
    stage.evaluate(physician)

    completion = EvaluationCompletion.objects.get()
    assert (completion.registration, completion.activity) == (physician, activity)
    assert sorted(EvaluationAnswer.objects.values_list("score", "words"), key=str) == [
        (5, ""),
        (None, "Más talleres."),
    ]


def test_nothing_joins_an_answer_to_a_person(physician):
    """No key, no text, no number and no instant of the one stands in the other."""
    stage.evaluate(physician)

    fields = {field.name: field for field in EvaluationAnswer._meta.get_fields()}
    assert set(fields) == {"id", "question", "score", "words", "answered_on"}
    related = {field.related_model for field in fields.values() if field.is_relation}
    assert Registration not in related
    assert EvaluationCompletion not in related
    with pytest.raises(FieldDoesNotExist):
        EvaluationCompletion._meta.get_field("answers")
    # A random key and a bare day: not even the order of the rows tells.
    assert fields["id"].get_internal_type() == "UUIDField"
    assert fields["answered_on"].get_internal_type() == "DateField"
    answer_ids = {str(pk) for pk in EvaluationAnswer.objects.values_list("pk", flat=True)}
    for entry in HistoryEntry.objects.filter(action="evaluation.completed"):
        assert entry.data == {}
        assert str(entry.subject_id) not in answer_ids


def test_the_evaluation_is_sent_once(physician):
    stage.evaluate(physician)

    with pytest.raises(AlreadyEvaluated):
        stage.evaluate(physician)

    assert EvaluationAnswer.objects.count() == 2
    assert EvaluationCompletion.objects.count() == 1


def test_an_impossible_answer_keeps_nothing(physician, activity):
    scale, words = activity.questions.all()
    for answers, field in (
        ({scale.pk: 6}, f"question_{scale.pk}"),
        ({scale.pk: 0}, f"question_{scale.pk}"),
        ({scale.pk: "cinco"}, f"question_{scale.pk}"),
        ({words.pk: "sin número"}, f"question_{scale.pk}"),
        ({scale.pk: 5, 10**9: 1}, None),
    ):
        with pytest.raises(InputRefused) as refused:
            submit_evaluation(registration_id=physician.pk, answers=answers, at=stage.CLAIM_TIME)
        assert refused.value.field == field

    assert not EvaluationAnswer.objects.exists()
    assert not EvaluationCompletion.objects.exists()


def test_without_a_confirmed_place_nothing_is_kept(event, activity):
    unpaid = stage.make_registration(event, state="pending", confirmed_at=None)

    with pytest.raises(NotConfirmed):
        stage.evaluate(unpaid)

    assert not EvaluationAnswer.objects.exists()
