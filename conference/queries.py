"""Reads of the core."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from conference.models import (
    ApiKey,
    Event,
    EventQuerySet,
    HistoryEntry,
    Job,
    JobItem,
    Membership,
    User,
    WebhookDelivery,
    WebhookEndpoint,
)
from conference.states import DeliveryState, JobItemState, Role


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
    return Event.objects.filter(memberships__user=user, memberships__role=Role.ORGANISER)


def events_with_a_door_for(user: User) -> EventQuerySet:
    """Where the person stands at a door and does not organise."""
    return Event.objects.filter(memberships__user=user, memberships__role=Role.DOOR).exclude(
        pk__in=events_organised_by(user).values("pk")
    )


@dataclass(frozen=True, slots=True)
class JobProgress:
    done: int
    failed: int
    total: int

    @property
    def over(self) -> int:
        return self.done + self.failed

    @property
    def percent(self) -> int:
        return 100 * self.over // self.total if self.total else 100


def progress_of(job: Job) -> JobProgress:
    counts = job.items.aggregate(
        done=Count("pk", filter=Q(state=JobItemState.DONE)),
        failed=Count("pk", filter=Q(state=JobItemState.FAILED)),
    )
    return JobProgress(done=counts["done"], failed=counts["failed"], total=job.total)


def jobs_of_event(event: Event) -> QuerySet[Job]:
    """Newest first, with how many items are over."""
    over = Count("items", filter=Q(items__state__in=[JobItemState.DONE, JobItemState.FAILED]))
    return (
        Job.objects.filter(event=event)
        .select_related("requested_by", "result")
        .annotate(over=over)
        .order_by("-requested_at", "-pk")
    )


def problems_of(job: Job, *, most: int = 20) -> QuerySet[JobItem]:
    """The items that failed, the first ones."""
    return job.items.filter(state=JobItemState.FAILED).order_by("position")[:most]


def members_of_event(event: Event) -> QuerySet[Membership]:
    return (
        Membership.objects.filter(event=event)
        .select_related("user")
        .order_by("-role", "user__email")
    )


def history_of_event(event: Event) -> QuerySet[HistoryEntry]:
    return HistoryEntry.objects.filter(event=event).select_related("actor")


def keys_of_event(event: Event) -> QuerySet[ApiKey]:
    """Newest first; revoked and ended ones too."""
    return ApiKey.objects.filter(event=event).select_related("created_by")


def webhooks_of_event(event: Event) -> QuerySet[WebhookEndpoint]:
    """With how many deliveries wait and how many have failed."""

    def deliveries(*states: DeliveryState) -> Count:
        return Count("deliveries", filter=Q(deliveries__state__in=states))

    return (
        WebhookEndpoint.objects.filter(event=event)
        .annotate(
            waiting=deliveries(DeliveryState.QUEUED, DeliveryState.SENDING),
            failed=deliveries(DeliveryState.FAILED),
        )
        .order_by("pk")
    )


def deliveries_to(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    """Newest first."""
    return WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-queued_at", "-pk")
