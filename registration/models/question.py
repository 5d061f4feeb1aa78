from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from conference.models import Event
from registration.models.registration import Registration
from registration.models.ticket_type import TicketType
from registration.states import QuestionKind


class Question(models.Model):
    """
    Something the organisers ask each person when she registers.

    `options` is a list of {"value", "label"} for the kinds one chooses from. It is asked if it
    depends on nothing or the other answer is `shown_if_answer`. Answers are deleted
    `keep_days` after the event.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="questions")
    slug = models.SlugField(_("short name"), max_length=60)
    kind = models.CharField(_("kind of answer"), max_length=16, choices=QuestionKind)
    label = I18nCharField(_("question"), max_length=300)
    help_text = I18nTextField(_("help"), blank=True)
    options = models.JSONField(_("choices"), default=list, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    is_offered = models.BooleanField(_("asked"), default=True)
    ticket_types = models.ManyToManyField(
        TicketType, blank=True, related_name="+", verbose_name=_("only with these ticket types")
    )
    shown_if = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("only if this other question"),
    )  # fmt: skip
    shown_if_answer = models.CharField(_("was answered with"), max_length=200, blank=True)
    keep_days = models.PositiveIntegerField(
        _("days the answers are kept after the event"), default=365
    )
    sort_key = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "slug"], name="question_slug_unique_in_event"),
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.values), name="question_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(shown_if__isnull=True, shown_if_answer="")
                | (Q(shown_if__isnull=False) & ~Q(shown_if_answer="")),
                name="question_condition_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["one_of", "some_of"]) | ~Q(options=[]),
                name="question_of_choices_has_choices",
            ),
        ]

    def __str__(self) -> str:
        return str(self.label)


class Answer(models.Model):
    """What a person answered. `value` is what `rules.questions` made of it."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="answers")
    value = models.JSONField(_("answer"))
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "registration"], name="question_answered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.value}"
