import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField

from conference.kernel.money import Money
from conference.models import Event
from registration.models.registration import Registration
from registration.models.ticket_type import TicketType
from registration.states import BookingState, WorkshopKind
from schedule.models import Session
from schedule.states import SessionState


def offered_at(at: dt.datetime) -> Q:
    """Workshops that can be booked then, if seats are left: the session takes place, later."""
    has_no_time_yet = Q(session__isnull=True) | Q(session__starts_at__isnull=True)
    return (
        Q(is_offered=True)
        & (has_no_time_yet | Q(session__starts_at__gt=at))
        & ~Q(session__state=SessionState.CANCELLED)
    )


class Workshop(models.Model):
    """
    A part of the event with seats of its own, booked beside a ticket: a lesson, a dinner, an object.

    If it is a session of the programme, its door admits only who has booked it.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="workshops")
    session = models.OneToOneField(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="workshop"
    )
    kind = models.CharField(
        _("kind"), max_length=16, choices=WorkshopKind, default=WorkshopKind.WORKSHOP
    )
    slug = models.SlugField(_("short name in addresses"), max_length=60)
    name = I18nCharField(_("name"), max_length=200)
    price_minor = models.PositiveBigIntegerField(_("price in minor units (cents)"))
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    seats = models.PositiveIntegerField(_("seats"))
    seats_taken = models.PositiveIntegerField(_("seats taken"), default=0, editable=False)
    waiting = models.PositiveIntegerField(_("people waiting"), default=0, editable=False)
    is_offered = models.BooleanField(_("offered"), default=True)
    sort_key = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "slug"], name="workshop_slug_unique_in_event"),
            models.UniqueConstraint(fields=["id", "event"], name="workshop_and_event_unique"),
            models.CheckConstraint(
                condition=Q(seats_taken__gte=0, seats_taken__lte=F("seats")),
                name="workshop_never_oversold",
            ),
            models.CheckConstraint(
                condition=Q(price_minor__gte=0), name="workshop_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="workshop_currency_of_3_letters"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def seats_left(self) -> int:
        """Seats for whoever comes now: none while others wait."""
        return 0 if self.waiting else self.seats - self.seats_taken


class IncludedWorkshop(models.Model):
    """A bundle: who buys the ticket gets a seat of the workshop with it, at no further price."""

    ticket_type = models.ForeignKey(
        TicketType, on_delete=models.CASCADE, related_name="included_workshops"
    )
    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="included_in")

    class Meta:
        verbose_name = _("included workshop")
        verbose_name_plural = _("included workshops")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket_type", "workshop"], name="workshop_included_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_type} + {self.workshop}"


class WorkshopBooking(models.Model):
    """
    A seat of a workshop. One that was added to a paid order is held until `must_be_paid_by`; who
    has not paid by then loses that seat alone.
    """

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="bookings")
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="workshop_bookings"
    )
    state = models.CharField(
        _("state"), max_length=16, choices=BookingState, default=BookingState.ACTIVE
    )
    price_minor = models.PositiveBigIntegerField(_("price in minor units (cents)"))
    currency = models.CharField(_("currency"), max_length=3)
    booked_at = models.DateTimeField(_("booked"))
    released_at = models.DateTimeField(_("released"), null=True)
    must_be_paid_by = models.DateTimeField(_("must be paid by"), null=True)

    class Meta:
        verbose_name = _("workshop booking")
        verbose_name_plural = _("workshop bookings")
        constraints = [
            models.CheckConstraint(
                condition=Q(must_be_paid_by__isnull=True) | Q(state=BookingState.ACTIVE),
                name="workshop_booking_waits_for_money_only_while_active",
            ),
            models.UniqueConstraint(
                fields=["workshop", "registration"],
                condition=Q(state=BookingState.ACTIVE),
                name="workshop_booked_once_per_person",
            ),
            models.CheckConstraint(
                condition=Q(state=BookingState.RELEASED, released_at__isnull=False)
                | Q(state=BookingState.ACTIVE, released_at__isnull=True),
                name="workshop_booking_released_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workshop}: {self.registration}"
