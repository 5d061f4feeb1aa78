import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from conference.kernel.tokens import new_token
from conference.models import Event
from registration.models.order import Order
from registration.models.registration import Registration
from registration.models.ticket_type import TicketType
from registration.models.variation import TicketVariation
from registration.models.workshop import Workshop
from registration.rules.claims import Claims, claims_of
from registration.rules.queueing import Line
from registration.states import WaitingState

_ACTIVE = Q(state__in=["waiting", "offered"])
_WAS_OFFERED = Q(offered_at__isnull=False, offer_ends_at__isnull=False)


class WaitingEntryQuerySet(models.QuerySet["WaitingEntry"]):
    def in_line(self, line: Line) -> "WaitingEntryQuerySet":
        return self.filter(ticket_type=line.ticket_type_id, workshop=line.workshop_id)

    def waiting(self) -> "WaitingEntryQuerySet":
        return self.filter(state=WaitingState.WAITING).order_by("turn")

    def overdue(self, at: dt.datetime) -> "WaitingEntryQuerySet":
        """Offers whose time is over, whether or not anybody has noticed."""
        return self.filter(state=WaitingState.OFFERED, offer_ends_at__lte=at)


class WaitingEntry(models.Model):
    """
    Somebody who waits for places of a sold-out ticket type, or seats of a full workshop.

    `turn` is her place in the line and only grows: whoever comes or comes back stands at the end.
    While she is offered her places they are counted as taken, with the seats of workshops inside
    the ticket and the places of shared quotas: `held_workshop_ids` and `held_quota_ids`, each
    once for every person of the party. `registration` is the place of who has a ticket and waits for a workshop alone.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="waiting_entries")
    ticket_type = models.ForeignKey(
        TicketType, on_delete=models.PROTECT, null=True, related_name="waiting_entries"
    )
    variation = models.ForeignKey(
        TicketVariation, on_delete=models.PROTECT, null=True, related_name="waiting_entries"
    )
    workshop = models.ForeignKey(
        Workshop, on_delete=models.PROTECT, null=True, related_name="waiting_entries"
    )
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, null=True, related_name="waiting_entries"
    )
    token = models.CharField(max_length=26, unique=True, default=new_token, editable=False)
    state = models.CharField(
        _("state"), max_length=16, choices=WaitingState, default=WaitingState.WAITING
    )
    turn = models.PositiveBigIntegerField(_("place in the line"))
    party_size = models.PositiveSmallIntegerField(_("people"), default=1)
    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=8)
    joined_at = models.DateTimeField(_("joined"))
    offered_at = models.DateTimeField(_("offered"), null=True)
    offer_ends_at = models.DateTimeField(_("offer ends"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    forgotten_at = models.DateTimeField(_("name and address deleted"), null=True)
    held_workshop_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    held_quota_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, related_name="waiting_entries"
    )
    out_of_turn_reason = models.CharField(
        _("reason for offering out of turn"), max_length=300, blank=True
    )
    out_of_turn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = WaitingEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a waiting list")
        verbose_name_plural = _("entries of waiting lists")
        ordering = ["turn"]
        constraints = [
            models.CheckConstraint(
                condition=Exact(
                    1,
                    Func(
                        F("ticket_type"), F("workshop"), function="num_nonnulls",
                        output_field=models.IntegerField(),
                    ),
                ),
                name="waiting_entry_is_for_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(variation__isnull=True) | Q(ticket_type__isnull=False),
                name="waiting_entry_variation_is_of_a_ticket",
            ),
            models.CheckConstraint(
                condition=Q(registration__isnull=True) | Q(workshop__isnull=False, party_size=1),
                name="waiting_entry_with_a_place_is_for_one_seat",
            ),
            models.CheckConstraint(
                condition=Q(party_size__gte=1, party_size__lte=10),
                name="waiting_entry_party_of_1_to_10",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="waiting_entry_has_a_name"),
            models.CheckConstraint(
                condition=Q(forgotten_at__isnull=True) & ~Q(email="")
                | Q(forgotten_at__isnull=False, ended_at__isnull=False, email=""),
                name="waiting_entry_forgotten_after_its_end",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", offered_at__isnull=True, offer_ends_at__isnull=True)
                & Q(ended_at__isnull=True)
                | Q(_WAS_OFFERED, state="offered", ended_at__isnull=True)
                | Q(_WAS_OFFERED, state__in=["accepted", "declined", "lapsed"])
                & Q(ended_at__isnull=False)
                | Q(state="left", ended_at__isnull=False),
                name="waiting_entry_state_has_its_times",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", order__isnull=False)
                | ~Q(state="accepted") & Q(order__isnull=True),
                name="waiting_entry_has_an_order_exactly_if_accepted",
            ),
            models.CheckConstraint(
                condition=Q(state="offered") | Q(held_workshop_ids=[], held_quota_ids=[]),
                name="waiting_entry_holds_only_while_offered",
            ),
            models.CheckConstraint(
                condition=Q(out_of_turn_reason="", out_of_turn_by__isnull=True)
                | ~Q(out_of_turn_reason="") & Q(out_of_turn_by__isnull=False),
                name="waiting_entry_out_of_turn_has_a_reason_and_a_person",
            ),
            models.UniqueConstraint(
                F("ticket_type"), Lower("email"), condition=_ACTIVE,
                name="waiting_entry_once_per_ticket_type",
            ),
            models.UniqueConstraint(
                F("workshop"), Lower("email"), condition=_ACTIVE,
                name="waiting_entry_once_per_workshop",
            ),
            models.UniqueConstraint(
                fields=["ticket_type", "turn"], name="waiting_entry_turn_of_ticket_type"
            ),
            models.UniqueConstraint(
                fields=["workshop", "turn"], name="waiting_entry_turn_of_workshop"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["offer_ends_at"],
                name="waiting_entry_by_end_of_offer",
                condition=Q(state=WaitingState.OFFERED),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.party_size})"

    @property
    def line(self) -> Line:
        return Line(ticket_type_id=self.ticket_type_id, workshop_id=self.workshop_id)

    @property
    def product(self) -> TicketType | Workshop:
        product = self.ticket_type or self.workshop
        assert product is not None  # noqa: S101 - the database has one of them
        return product

    def held_by(self, people: int) -> Claims:
        """What an offer to so many of her party holds."""
        return claims_of(
            ticket_type_ids=[self.ticket_type_id] * people if self.ticket_type_id else [],
            variation_ids=[self.variation_id] * people if self.variation_id else [],
            workshop_ids=[
                *([self.workshop_id] * people if self.workshop_id else []),
                *(self.held_workshop_ids * people),
            ],
            quota_ids=self.held_quota_ids * people,
        )
