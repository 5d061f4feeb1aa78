"""Events (a congress edition or a stand-alone course), their venue and rooms."""

import datetime as dt
import zoneinfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from i18nfield.fields import I18nCharField, I18nTextField

from conference.states import EventKind, EventSubject


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


class Venue(models.Model):
    name = models.CharField(_("name"), max_length=200)
    address = models.CharField(_("address"), max_length=300, blank=True)
    city = models.CharField(_("city"), max_length=100)
    country = CountryField(_("country"))

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"


class EventQuerySet(models.QuerySet["Event"]):
    def published(self) -> "EventQuerySet":
        return self.filter(published_at__isnull=False)

    def coming(self, *, on: dt.date) -> "EventQuerySet":
        """Not over yet on that day."""
        return self.filter(last_day__gte=on)


class Event(models.Model):
    kind = models.CharField(_("kind"), max_length=16, choices=EventKind)
    congress = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("part of the congress"),
    )
    slug = models.SlugField(_("short name in addresses"), max_length=60)
    name = I18nCharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=40)
    summary = I18nTextField(_("summary"), blank=True)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, verbose_name=_("venue"))
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="America/Argentina/Buenos_Aires",
        validators=[validate_time_zone],
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    # What is spoken, interpreters included; empty while nobody has said.
    languages = ArrayField(
        models.CharField(max_length=8),
        verbose_name=_("languages spoken"),
        default=list,
    )
    subjects = ArrayField(
        models.CharField(max_length=32),
        verbose_name=_("subjects"),
        default=list,
        blank=True,
    )
    organiser_name = models.CharField(_("organised by"), max_length=200)
    contact_email = models.EmailField(_("contact e-mail"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["first_day", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("slug"), name="event_slug_unique_whatever_case"),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="event_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values), name="event_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(congress__isnull=True) | Q(kind=EventKind.COURSE),
                name="event_only_a_course_belongs_to_a_congress",
            ),
            models.CheckConstraint(
                condition=Q(subjects__contained_by=EventSubject.values),
                name="event_subjects_are_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def subject_words(self) -> list[str]:
        return [str(EventSubject(subject).label) for subject in self.subjects]


class Room(models.Model):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("short name in addresses"), max_length=100)
    capacity = models.PositiveIntegerField(
        _("capacity in people"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    sort_key = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["sort_key", "name"]
        constraints = [
            models.UniqueConstraint(fields=["event", "slug"], name="room_slug_unique_in_event"),
            models.UniqueConstraint(fields=["event", "name"], name="room_name_unique_in_event"),
            # Other tables point at (id, event) so that a session's room is of its own event.
            models.UniqueConstraint(fields=["id", "event"], name="room_and_event_unique"),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1),
                name="room_capacity_is_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name
