"""What is accredited, by whom, for how many credits of which type. Rules and texts are data."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField

from conference.models import Event
from schedule.models import Session


class AccreditedProvider(models.Model):
    """Who awards the credits. `number` is its identifier at the accreditor."""

    legal_name = models.CharField(_("legal name"), max_length=200, unique=True)
    accreditor = models.CharField(_("accreditor"), max_length=200)
    number = models.CharField(_("number"), max_length=20, blank=True)
    director_name = models.CharField(_("director"), max_length=200)
    director_title = I18nCharField(_("title of the director"), max_length=200)

    class Meta:
        verbose_name = _("accredited provider")
        verbose_name_plural = _("accredited providers")

    def __str__(self) -> str:
        return self.legal_name


class Activity(models.Model):
    """The accredited thing: one for a congress, one for each course."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="activity")
    provider = models.ForeignKey(
        AccreditedProvider, on_delete=models.PROTECT, related_name="activities"
    )
    title = I18nCharField(_("title"), max_length=300)
    joint_provider_name = models.CharField(_("joint provider"), max_length=200, blank=True)
    evaluation_required = models.BooleanField(_("evaluation opens the claim"), default=True)
    claim_opens_at = models.DateTimeField(_("claims open"))
    claim_closes_at = models.DateTimeField(_("claims close"))

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.CheckConstraint(
                condition=Q(claim_opens_at__lt=models.F("claim_closes_at")),
                name="activity_claims_close_after_they_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)


class CreditType(models.Model):
    """
    A kind of credit and its arithmetic; `certificates.rules` says what each knob means.

    The rows come from `certificates/data/credit_types.json`, where each cites its source.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = I18nCharField(_("name"), max_length=200)
    unit_minutes = models.PositiveIntegerField(_("minutes of a unit"))
    credits_per_unit = models.DecimalField(
        _("credits of a unit"), max_digits=6, decimal_places=2, default=Decimal("1.00")
    )
    increment = models.DecimalField(_("increment"), max_digits=6, decimal_places=2)
    rounding_mode = models.CharField(_("rounding"), max_length=8)
    rounding_scope = models.CharField(_("rounded per"), max_length=8, default="activity")
    minimum = models.DecimalField(_("minimum"), max_digits=6, decimal_places=2, default=0)
    cap_per_day = models.DecimalField(_("most a day"), max_digits=6, decimal_places=2, null=True)
    knobs = models.JSONField(_("further knobs"), default=dict)
    professions = ArrayField(models.CharField(max_length=32), verbose_name=_("professions"))
    source = models.CharField(_("source"), max_length=500)

    class Meta:
        verbose_name = _("credit type")
        verbose_name_plural = _("credit types")
        constraints = [
            models.CheckConstraint(
                condition=Q(unit_minutes__gt=0, increment__gt=0, credits_per_unit__gt=0),
                name="credit_type_units_are_positive",
            ),
            models.CheckConstraint(
                condition=Q(rounding_mode__in=["nearest", "down", "up"])
                & Q(rounding_scope__in=["activity", "day", "session"]),
                name="credit_type_rounding_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CreditDesignation(models.Model):
    """An activity's designation for one credit type: the maximum, approved by a person, frozen."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="designations")
    credit_type = models.ForeignKey(CreditType, on_delete=models.PROTECT, related_name="+")
    maximum = models.DecimalField(_("maximum"), max_digits=6, decimal_places=2)
    approved_at = models.DateTimeField(_("approved"))

    class Meta:
        verbose_name = _("credit designation")
        verbose_name_plural = _("credit designations")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "credit_type"], name="designation_once_per_credit_type"
            ),
            models.CheckConstraint(condition=Q(maximum__gt=0), name="designation_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {self.credit_type}"


class SessionCredit(models.Model):
    """A session that counts for a designation."""

    designation = models.ForeignKey(
        CreditDesignation, on_delete=models.CASCADE, related_name="session_credits"
    )
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="session_credits")

    class Meta:
        verbose_name = _("eligible session")
        verbose_name_plural = _("eligible sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["designation", "session"], name="session_eligible_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}"


class Statement(models.Model):
    """A text of law or of an accreditor, by credit, kind, language and version."""

    credit_code = models.CharField(_("credit"), max_length=32, blank=True)
    kind = models.CharField(_("kind"), max_length=40)
    language = models.CharField(_("language"), max_length=8)
    version = models.CharField(_("version"), max_length=20)
    text = models.TextField(_("text"))
    source = models.CharField(_("source"), max_length=500)

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code", "kind", "language", "version"], name="statement_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credit_code} {self.kind} {self.language} {self.version}"
