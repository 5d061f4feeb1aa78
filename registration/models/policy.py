from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nTextField

from conference.models import Event
from registration.states import Profession


class RegistrationPolicy(models.Model):
    """
    How people register for one event: when, how long a place is held, on which terms.

    `refund_steps` such as [{"days_before": 30, "percent": 100}, {"days_before": 7, "percent": 50}]
    say what a person gets back who cancels herself; without a step that fits it is nothing.
    `proof_professions` are the statuses that people prove whose price they lower, until
    `proof_days` after the order, never before `proof_until`; the rules are in `rules.proofs`.
    Triggers raise `catalogue_version` with every change of what is sold or asked.
    """

    event = models.OneToOneField(
        Event, on_delete=models.CASCADE, related_name="registration_policy"
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    hold_minutes = models.PositiveIntegerField(
        _("minutes a place is held while a person pays online"), default=15
    )
    transfer_days = models.PositiveIntegerField(
        _("days a place is held for a bank transfer"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    hold_extensions = models.PositiveSmallIntegerField(
        _("times a person may extend her hold"), default=2
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("hours an offer to the waiting list stands"),
        default=48,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
    )
    changes_until = models.DateTimeField(
        _("people change their registrations themselves until"), null=True, blank=True
    )
    refund_steps = models.JSONField(
        _("what goes back: a list of days before the event and percent"), default=list, blank=True
    )
    group_seats = models.PositiveSmallIntegerField(
        _("seats a group may buy in one order, at most (0: no groups)"),
        default=0,
        validators=[MaxValueValidator(500)],
    )
    group_return_days = models.PositiveSmallIntegerField(
        _("days before the event on which seats of groups without a name go back on sale"),
        default=14,
        validators=[MaxValueValidator(1000)],
    )
    group_names_days = models.PositiveSmallIntegerField(
        _("days before the event until which groups change their names themselves"),
        default=3,
        validators=[MaxValueValidator(1000)],
    )
    kept_days = models.PositiveSmallIntegerField(
        _("days until names of waiting lists and messages of payment providers are deleted"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Counted from when the person no longer waits, or the message was read."),
    )
    withdrawal_link = models.BooleanField(
        _("show the withdrawal link (botón de arrepentimiento)"), default=False
    )
    proof_professions = ArrayField(
        models.CharField(max_length=32, choices=Profession),
        verbose_name=_("statuses to be proved"),
        default=list,
        blank=True,
    )
    proof_days = models.PositiveSmallIntegerField(
        _("days after the order to prove it"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    proof_until = models.DateField(_("never before this day"), null=True, blank=True)
    proof_file_days = models.PositiveSmallIntegerField(
        _("days after the decision until a file is deleted"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    catalogue_version = models.PositiveBigIntegerField(default=1, editable=False)
    bank_instructions = I18nTextField(_("how to transfer the money"), blank=True)
    terms = I18nTextField(_("terms"))
    terms_version = models.CharField(_("version of the terms"), max_length=20)

    class Meta:
        verbose_name = _("registration policy")
        verbose_name_plural = _("registration policies")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")), name="policy_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(group_names_days__lte=F("group_return_days")),
                name="policy_group_seats_return_before_names_are_fixed",
            ),
            models.CheckConstraint(
                condition=Q(kept_days__gte=1, kept_days__lte=365),
                name="policy_keeps_names_a_year_at_most",
            ),
            models.CheckConstraint(
                condition=Q(offer_hours__gte=1), name="policy_offers_last_an_hour"
            ),
            models.CheckConstraint(
                condition=Q(hold_minutes__gte=1, transfer_days__gte=1),
                name="policy_holds_are_positive",
            ),
            models.CheckConstraint(
                condition=Q(proof_days__gte=1, proof_file_days__gte=1),
                name="policy_proofs_have_a_day",
            ),
            models.CheckConstraint(
                condition=Q(proof_professions__contained_by=Profession.values),
                name="policy_proof_professions_are_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.event)
