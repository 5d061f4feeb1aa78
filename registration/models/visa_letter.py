from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conference.kernel.tokens import new_token
from conference.models import Event, StoredFile
from registration.models.registration import Registration
from registration.states import LetterState, WithdrawalCause


class VisaLetterQuerySet(models.QuerySet["VisaLetter"]):
    def open(self) -> "VisaLetterQuerySet":
        return self.filter(state__in=[LetterState.REQUESTED, LetterState.APPROVED])

    def waiting(self) -> "VisaLetterQuerySet":
        return self.filter(state=LetterState.REQUESTED)

    def without_a_file(self) -> "VisaLetterQuerySet":
        return self.filter(state=LetterState.APPROVED, file__isnull=True, purged_at__isnull=True)


class VisaLetter(models.Model):
    """
    A person's letter to a consulate: asked for, reviewed, numbered, withdrawn with her place.

    `sealed_passport` holds what the consulate reads (names, passport, nationality, birth, stay),
    encrypted; the stored file is encrypted too. Both are deleted some days after the event. What is
    left is what the verification page says: number, initials, dates, state. `public_id` is in the QR.
    """

    public_id = models.CharField(max_length=26, unique=True, default=new_token, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="visa_letters")
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="visa_letters"
    )
    state = models.CharField(
        _("state"), max_length=12, choices=LetterState, default=LetterState.REQUESTED
    )
    number = models.PositiveIntegerField(_("number"), null=True)
    written_number = models.CharField(_("number"), max_length=24, blank=True)
    sealed_passport = models.TextField(blank=True, editable=False)
    passport_fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    passport_last3 = models.CharField(_("end of the passport's number"), max_length=3, blank=True)
    holder_initials = models.CharField(_("initials of the holder"), max_length=60)
    language = models.CharField(_("language"), max_length=8)
    requested_at = models.DateTimeField(_("requested"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    rejection_reason = models.CharField(_("reason"), max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawal_cause = models.CharField(
        _("cause"), max_length=20, choices=WithdrawalCause, blank=True
    )
    facts = models.JSONField(default=dict)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    rendered_at = models.DateTimeField(_("file made"), null=True)
    purged_at = models.DateTimeField(_("passport deleted"), null=True)

    objects = VisaLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter for a visa")
        verbose_name_plural = _("letters for a visa")
        ordering = ["requested_at", "pk"]
        indexes = [
            models.Index(fields=["event", "state", "requested_at"], name="letter_by_event"),
            models.Index(fields=["passport_fingerprint"], name="letter_by_passport"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(state__in=["requested", "approved"]),
                name="letter_one_open_per_registration",
            ),
            models.UniqueConstraint(fields=["event", "number"], name="letter_number_once"),
            models.UniqueConstraint(
                fields=["written_number"],
                condition=~Q(written_number=""),
                name="letter_written_number_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LetterState.values), name="letter_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True, written_number="")
                | (
                    Q(
                        number__isnull=False,
                        number__gte=1,
                        state__in=["approved", "withdrawn"],
                        decided_at__isnull=False,
                    )
                    & ~Q(written_number="")
                ),
                name="letter_numbered_was_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state=LetterState.APPROVED)
                | Q(number__isnull=False, withdrawn_at__isnull=True),
                name="letter_approved_has_its_number",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=LetterState.REJECTED, decided_at__isnull=False)
                    & ~Q(rejection_reason="")
                )
                | (~Q(state=LetterState.REJECTED) & Q(rejection_reason="")),
                name="letter_exactly_a_rejected_one_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=LetterState.WITHDRAWN,
                    withdrawn_at__isnull=False,
                    withdrawal_cause__in=WithdrawalCause.values,
                )
                | (
                    ~Q(state=LetterState.WITHDRAWN)
                    & Q(withdrawn_at__isnull=True, withdrawal_cause="")
                ),
                name="letter_exactly_a_withdrawn_one_has_time_and_cause",
            ),
            models.CheckConstraint(
                condition=(
                    Q(purged_at__isnull=True)
                    & ~Q(sealed_passport="")
                    & ~Q(passport_fingerprint="")
                    & ~Q(passport_last3="")
                )
                | Q(
                    purged_at__isnull=False,
                    sealed_passport="",
                    passport_fingerprint="",
                    passport_last3="",
                    file__isnull=True,
                ),
                name="letter_has_its_passport_until_it_is_purged",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=True) | Q(rendered_at__isnull=False),
                name="letter_file_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.written_number or f"({self.get_state_display()})"

    @property
    def is_valid(self) -> bool:
        return self.state == LetterState.APPROVED

    @property
    def is_ready(self) -> bool:
        return self.file_id is not None
