"""
Evaluations are anonymous but counted: a completion names the person, answers do not.

Nothing joins the two: answers carry no registration, only the day they came in, and a random
key, so that not even the order of the rows tells whose they are.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField

from certificates.models.activity import Activity
from registration.models import Registration


class EvaluationQuestion(models.Model):
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField(_("order"))
    text = I18nCharField(_("question"), max_length=300)
    is_scale = models.BooleanField(_("answered from 1 to 5"), default=True)
    is_required = models.BooleanField(_("required"), default=True)

    class Meta:
        verbose_name = _("evaluation question")
        verbose_name_plural = _("evaluation questions")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "position"], name="question_position_unique"
            ),
        ]

    def __str__(self) -> str:
        return str(self.text)


class EvaluationAnswer(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(
        EvaluationQuestion, on_delete=models.CASCADE, related_name="answers"
    )
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    words = models.TextField(_("words"), blank=True)
    answered_on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("evaluation answer")
        verbose_name_plural = _("evaluation answers")
        constraints = [
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=1, score__lte=5),
                name="answer_score_from_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=False, words="") | (Q(score__isnull=True) & ~Q(words="")),
                name="answer_is_a_score_or_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.score or ''}"


class EvaluationCompletion(models.Model):
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="completions")
    registration = models.OneToOneField(
        Registration, on_delete=models.PROTECT, related_name="evaluation_completion"
    )
    completed_on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("completed evaluation")
        verbose_name_plural = _("completed evaluations")

    def __str__(self) -> str:
        return f"{self.registration_id}"
