from typing import TypedDict

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conference.kernel.money import Money
from conference.models import Event, StoredFile
from registration.models.registration import Registration
from registration.states import PROOF_OWED_BY_HER, Profession, ProofState, RegistrationState

# Stands in the reason of a price that a proof keeps, with the profession or this word.
TO_BE_PROVED, OF_TICKET = "to_be_proved", "ticket"


class FrozenPrice(TypedDict):
    """The fields of a registration that say what its ticket costs."""

    price_minor: int
    list_price_minor: int
    price_reason: dict[str, object]


class StatusProofQuerySet(models.QuerySet["StatusProof"]):
    def of_held_places(self) -> "StatusProofQuerySet":
        held = [RegistrationState.PENDING, RegistrationState.CONFIRMED]
        return self.filter(registration__state__in=held)

    def waiting(self) -> "StatusProofQuerySet":
        """What a reviewer works on."""
        return self.filter(state=ProofState.SUBMITTED).of_held_places()

    def owed(self) -> "StatusProofQuerySet":
        """What persons with a confirmed place still have to give; others do not pay yet."""
        return self.filter(
            state__in=PROOF_OWED_BY_HER, registration__state=RegistrationState.CONFIRMED
        )


class StatusProof(models.Model):
    """
    A person's proof of the status her ticket's price depends on, such as resident physician.

    Both prices are frozen with the order: `status_…` is hers with the proof, `full_…` without.
    `charged_at` says that her place costs the full price now, because she did not prove it in time.
    The file is encrypted, and deleted by schedule; the decision stays. `submissions` counts what
    she sent, so that nobody decides about a file she did not see.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="status_proofs")
    registration = models.OneToOneField(
        Registration, on_delete=models.PROTECT, related_name="status_proof"
    )
    profession = models.CharField(_("status"), max_length=32, choices=Profession)
    state = models.CharField(
        _("state"), max_length=12, choices=ProofState, default=ProofState.MISSING
    )
    due_at = models.DateTimeField(_("to be proved until"))
    status_price_minor = models.PositiveBigIntegerField()
    status_list_price_minor = models.PositiveBigIntegerField()
    status_price_reason = models.JSONField(default=dict)
    full_price_minor = models.PositiveBigIntegerField()
    full_list_price_minor = models.PositiveBigIntegerField()
    full_price_reason = models.JSONField(default=dict)
    currency = models.CharField(_("currency"), max_length=3)
    charged_at = models.DateTimeField(_("full price charged"), null=True)
    asked_at = models.DateTimeField(_("asked"), null=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    submissions = models.PositiveIntegerField(default=0)
    said = models.CharField(_("what the person says"), max_length=300, blank=True)
    media_type = models.CharField(max_length=40, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    file_deleted_at = models.DateTimeField(_("file deleted"), null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    rejection_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = StatusProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof of status")
        verbose_name_plural = _("proofs of status")
        ordering = ["submitted_at", "pk"]
        indexes = [
            models.Index(fields=["event", "state", "submitted_at"], name="proof_by_event"),
            models.Index(fields=["state", "due_at"], name="proof_by_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ProofState.values), name="proof_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(profession__in=Profession.values), name="proof_profession_is_known"
            ),
            models.CheckConstraint(
                condition=Q(full_price_minor__gt=F("status_price_minor")),
                name="proof_lowers_the_price",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="proof_currency_of_3_letters"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "approved", "rejected"])
                | Q(submitted_at__isnull=False, submissions__gte=1),
                name="proof_decided_was_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "rejected"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="proof_decided_has_its_time_and_person",
            ),
            models.CheckConstraint(
                condition=(Q(state="rejected") & ~Q(rejection_reason=""))
                | (~Q(state="rejected") & (Q(rejection_reason="") | Q(state="expired"))),
                name="proof_rejected_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="expired") | Q(charged_at__isnull=False),
                name="proof_expired_was_charged",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(charged_at__isnull=True),
                name="proof_approved_is_not_charged",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=True)
                | (
                    Q(submitted_at__isnull=False, file_deleted_at__isnull=True)
                    & ~Q(media_type="")
                ),
                name="proof_file_was_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(file__isnull=False) | Q(file_deleted_at__isnull=False),
                name="proof_submitted_has_its_file",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_profession_display()}: {self.get_state_display()}"

    @property
    def is_of_ticket(self) -> bool:
        """Whether her ticket names the status, such as a ticket for students."""
        return bool(self.status_price_reason.get(TO_BE_PROVED) == OF_TICKET)

    @property
    def status_in_words(self) -> str:
        """Read it with the ticket type of the registration."""
        if self.is_of_ticket:
            return str(self.registration.ticket_type.name)
        return str(self.get_profession_display())

    @property
    def difference(self) -> Money:
        """What is charged if it is not proved."""
        return Money(self.full_price_minor - self.status_price_minor, self.currency)

    @property
    def full_price(self) -> Money:
        return Money(self.full_price_minor, self.currency)

    @property
    def status_price(self) -> Money:
        return Money(self.status_price_minor, self.currency)

    @property
    def with_status(self) -> FrozenPrice:
        return {
            "price_minor": self.status_price_minor,
            "list_price_minor": self.status_list_price_minor,
            "price_reason": self.status_price_reason,
        }

    @property
    def without_status(self) -> FrozenPrice:
        return {
            "price_minor": self.full_price_minor,
            "list_price_minor": self.full_list_price_minor,
            "price_reason": self.full_price_reason,
        }

    @property
    def is_charged(self) -> bool:
        return self.charged_at is not None

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")
