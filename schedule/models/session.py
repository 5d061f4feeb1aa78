from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from conference.models import Event, Room
from schedule.models.programme import Track
from schedule.states import SessionKind, SessionState


class SessionQuerySet(models.QuerySet["Session"]):
    def confirmed(self) -> "SessionQuerySet":
        return self.filter(state=SessionState.CONFIRMED)

    def placed(self) -> "SessionQuerySet":
        """With a time."""
        return self.filter(starts_at__isnull=False)

    def with_people(self) -> "SessionQuerySet":
        """With room, track and speakers, in three queries however many sessions there are."""
        return self.select_related("room", "track").prefetch_related("session_speakers__speaker")


class Session(models.Model):
    """
    One thing in the programme with a time and a room: a talk, a workshop, a break.

    Times are UTC, half-open: [starts_at, ends_at). `actual_end_at` is set when it ended
    early or late; credits follow the actual time. `revision` rises when time, room or
    state changes, and becomes the SEQUENCE of its calendar entry.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions")
    external_id = models.CharField(_("identifier in the source"), max_length=200)
    code = models.SlugField(_("short name in addresses"), max_length=120)
    kind = models.CharField(_("kind"), max_length=16, choices=SessionKind, default=SessionKind.TALK)
    title = I18nCharField(_("title"), max_length=500)
    subtitle = models.CharField(_("subtitle"), max_length=500, blank=True)
    abstract = I18nTextField(_("abstract"), blank=True)
    language = models.CharField(_("language spoken"), max_length=16, blank=True)
    # [{"url", "title"}]: recordings, slides, further reading
    links = models.JSONField(_("links"), default=list, blank=True)
    track = models.ForeignKey(
        Track, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    actual_start_at = models.DateTimeField(_("actually started"), null=True, blank=True)
    actual_end_at = models.DateTimeField(_("actually ended"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=16, choices=SessionState, default=SessionState.CONFIRMED
    )
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(_("changed"))
    # Title, speakers and track without accents and in lower case; see operations.
    search_text = models.TextField(blank=True, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "room__sort_key", "pk"]
        indexes = [models.Index(fields=["event", "starts_at"], name="session_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "external_id"], name="session_external_id_unique_in_event"
            ),
            models.UniqueConstraint(fields=["event", "code"], name="session_code_unique_in_event"),
            models.UniqueConstraint(fields=["id", "event"], name="session_and_event_unique"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(starts_at__isnull=False, ends_at__isnull=False, starts_at__lt=F("ends_at")),
                name="session_both_times_or_none",
                violation_error_message=_("A session ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(actual_start_at__isnull=True, actual_end_at__isnull=True)
                | Q(
                    actual_start_at__isnull=False,
                    actual_end_at__isnull=False,
                    actual_start_at__lt=F("actual_end_at"),
                ),
                name="session_both_actual_times_or_none",
            ),
            models.CheckConstraint(
                condition=Q(state=SessionState.CANCELLED, cancelled_at__isnull=False)
                | Q(state=SessionState.CONFIRMED, cancelled_at__isnull=True),
                name="session_cancelled_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SessionKind.values), name="session_kind_is_known"
            ),
            ExclusionConstraint(
                name="session_room_not_double_booked",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at",
                            "ends_at",
                            RangeBoundary(inclusive_upper=False),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                # Without a time the range would be unbounded and hold the room for ever.
                condition=Q(
                    state=SessionState.CONFIRMED, room__isnull=False, starts_at__isnull=False
                ),
                violation_error_message=_("The room is taken at that time."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def is_cancelled(self) -> bool:
        return self.state == SessionState.CANCELLED
