"""Long work: a job and its items. The rows are the queue; Celery only wakes a worker."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conference.models.event import Event
from conference.models.stored_file import StoredFile
from conference.states import JobItemState, JobState


class Job(models.Model):
    """
    One order of long work, such as all badges of an event.

    `options` is what the kind needs to know; `result` is the finished file, if it makes one.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(_("kind"), max_length=64)
    options = models.JSONField(default=dict)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(_("state"), max_length=16, choices=JobState, default=JobState.QUEUED)
    total = models.PositiveIntegerField(_("items"))
    requested_at = models.DateTimeField(_("requested"))
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    finishing_lease_until = models.DateTimeField(null=True)
    finish_attempts = models.PositiveSmallIntegerField(default=0)
    result = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("file")
    )
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=JobState.values), name="job_state_is_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False)
                    | Q(state__in=["queued", "running"], finished_at__isnull=True)
                ),
                name="job_finished_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class JobItem(models.Model):
    """
    One piece of a job, done by whoever holds its lease.

    `worker` names the holder; only the holder may finish it, so that a worker that was
    thought dead cannot write over its successor.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    subject_id = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=JobItemState, default=JobItemState.TODO)
    attempts = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    result = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("job item")
        verbose_name_plural = _("job items")
        ordering = ["position"]
        indexes = [
            models.Index(
                fields=["job", "position"],
                name="job_item_open",
                condition=Q(state__in=["todo", "running"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["job", "subject_id"], name="job_item_once_per_subject"),
            models.UniqueConstraint(fields=["job", "position"], name="job_item_position_unique"),
            models.CheckConstraint(
                condition=Q(state__in=JobItemState.values), name="job_item_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=JobItemState.RUNNING, lease_until__isnull=False, worker__gt="")
                | (~Q(state=JobItemState.RUNNING) & Q(lease_until__isnull=True)),
                name="job_item_running_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state=JobItemState.DONE, done_at__isnull=False)
                | (~Q(state=JobItemState.DONE) & Q(done_at__isnull=True)),
                name="job_item_done_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=20),
                name="job_item_attempts_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.position}"
