"""Scans at doors, as they happened, and the attendance derived from them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conference.models import Event
from registration.models.registration import Registration
from registration.states import (
    AttendanceBasis,
    ScanDirection,
    ScanMethod,
    ScanPointKind,
    ScanResult,
)
from schedule.models import Session


class ScanPoint(models.Model):
    """A place where badges are scanned: an entrance of the event, or the door of a session."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="scan_points")
    kind = models.CharField(_("kind"), max_length=16, choices=ScanPointKind)
    name = models.CharField(_("name"), max_length=100)
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, null=True, blank=True, related_name="scan_points"
    )
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        verbose_name = _("scan point")
        verbose_name_plural = _("scan points")
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["event", "name"], name="scan_point_name_unique"),
            models.UniqueConstraint(fields=["id", "event"], name="scan_point_and_event_unique"),
            models.CheckConstraint(
                condition=Q(kind=ScanPointKind.SESSION, session__isnull=False)
                | Q(kind=ScanPointKind.ENTRANCE, session__isnull=True),
                name="scan_point_of_a_session_names_it",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ScanEvent(models.Model):
    """
    One scan and the answer it got. Never changed or deleted: a trigger refuses.

    `client_uid` is made by the device, so that a scan sent twice counts once. Of each entrance
    day a registration has one `ok`: two doors at once admit once. `scanned_at` is when it
    happened (the device's clock where believable), `received_at` when we heard of it.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="scan_events")
    client_uid = models.UUIDField()
    point = models.ForeignKey(ScanPoint, on_delete=models.PROTECT, related_name="scan_events")
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, related_name="scan_events"
    )
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, null=True, related_name="scan_events"
    )
    token_hash = models.CharField(max_length=64)
    direction = models.CharField(_("direction"), max_length=8, choices=ScanDirection)
    method = models.CharField(_("method"), max_length=16, choices=ScanMethod)
    result = models.CharField(_("answer"), max_length=16, choices=ScanResult)
    entrance_day = models.DateField(_("day of entrance"), null=True)
    scanned_at = models.DateTimeField(_("scanned"))
    received_at = models.DateTimeField(_("received"))
    clock_warning = models.BooleanField(_("device clock wrong"), default=False)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["scanned_at", "pk"]
        indexes = [
            models.Index(fields=["registration", "session", "scanned_at"], name="scan_by_person"),
            models.Index(fields=["event", "-received_at"], name="scan_by_event"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["client_uid"], name="scan_sent_twice_counts_once"),
            models.UniqueConstraint(
                fields=["registration", "entrance_day"],
                condition=Q(result=ScanResult.OK, entrance_day__isnull=False),
                name="scan_admits_once_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(result__in=["ok", "out", "already_in", "not_in"])
                | Q(registration__isnull=False),
                name="scan_of_a_person_names_her",
            ),
            models.CheckConstraint(
                condition=Q(session__isnull=True) | Q(entrance_day__isnull=True),
                name="scan_is_of_a_session_or_an_entrance",
            ),
            # Without a day an entrance would escape from `scan_admits_once_a_day`.
            models.CheckConstraint(
                condition=~Q(result=ScanResult.OK)
                | Q(session__isnull=False)
                | Q(entrance_day__isnull=False),
                name="scan_that_admits_names_session_or_day",
            ),
            models.CheckConstraint(
                condition=Q(result__in=ScanResult.values), name="scan_result_is_known"
            ),
            models.CheckConstraint(
                condition=Q(direction__in=ScanDirection.values), name="scan_direction_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point} {self.result}"


class AttendanceInterval(models.Model):
    """
    When a person was in a session, derived from her scans; made anew whenever they change.

    Half-open, UTC, cut to the session.
    """

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="attendance_intervals"
    )
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="attendance_intervals"
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    basis = models.CharField(_("basis"), max_length=16, choices=AttendanceBasis)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="attendance_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["registration", "session", "starts_at"], name="attendance_derived_once"
            ),
        ]
        indexes = [models.Index(fields=["session"], name="attendance_by_session")]

    def __str__(self) -> str:
        return f"{self.registration} {self.session}"


class AttendanceDerivation(models.Model):
    """
    How many scans the attendance of a registration was derived from.

    Whoever has more scans now was forgotten: her wake-up was lost, and the sweep finds her.
    """

    registration = models.OneToOneField(
        Registration, on_delete=models.CASCADE, related_name="attendance_derivation"
    )
    scans_counted = models.PositiveIntegerField(_("scans counted"))
    derived_at = models.DateTimeField(_("derived"))

    class Meta:
        verbose_name = _("derivation of attendance")
        verbose_name_plural = _("derivations of attendance")

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.scans_counted}"
