"""Reads of the core."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q

from conference.models import Event, EventQuerySet, Job, Membership, User
from conference.states import JobItemState, Role


def roles_of(user: User | AnonymousUser, event: Event) -> frozenset[Role]:
    """What the person is in the team of the event. A superuser is an organiser everywhere."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset({Role.ORGANISER})
    return frozenset(
        Role(role)
        for role in Membership.objects.filter(user=user, event=event).values_list("role", flat=True)
    )


def events_organised_by(user: User) -> EventQuerySet:
    if user.is_superuser:
        return Event.objects.all()
    return Event.objects.filter(memberships__user=user).distinct()


@dataclass(frozen=True, slots=True)
class JobProgress:
    done: int
    failed: int
    total: int

    @property
    def percent(self) -> int:
        return 100 * (self.done + self.failed) // self.total if self.total else 100


def progress_of(job: Job) -> JobProgress:
    counts = job.items.aggregate(
        done=Count("pk", filter=Q(state=JobItemState.DONE)),
        failed=Count("pk", filter=Q(state=JobItemState.FAILED)),
    )
    return JobProgress(done=counts["done"], failed=counts["failed"], total=job.total)
