from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from conference.kernel.money import Money
from conference.kernel.tokens import new_token
from conference.models import Event
from registration.models.order import Order
from registration.models.registration import Registration
from registration.models.ticket_type import TicketType
from registration.models.variation import TicketVariation
from registration.rules.claims import Claims, claims_of
from registration.states import (
    GroupSeatState,
    IncomeGroup,
    NamedBy,
    Profession,
)

UNNAMED = (GroupSeatState.FREE, GroupSeatState.INVITED)


class Group(models.Model):
    """
    Seats that were bought, or given by a sponsor, together; their people are named later.

    All seats are alike: the same ticket, workshops and price, that of `profession` and `country`
    when they were bought. `unproved` is what a ticket costs without a status that has to be proved;
    each person of that profession owes her own proof. `token` opens the owner's page, `join_token` the one address
    by which as many as `join_most` people of the group may take a seat.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="groups")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="group")
    ticket_type = models.ForeignKey(TicketType, on_delete=models.PROTECT, related_name="groups")
    variation = models.ForeignKey(
        TicketVariation, on_delete=models.PROTECT, null=True, related_name="groups"
    )
    token = models.CharField(max_length=26, unique=True, default=new_token, editable=False)
    join_token = models.CharField(max_length=26, blank=True, editable=False)
    join_most = models.PositiveSmallIntegerField(_("people by the link, at most"), default=0)
    join_used = models.PositiveSmallIntegerField(_("people who came by the link"), default=0)
    name = models.CharField(_("name of the group"), max_length=200)
    email = models.EmailField(_("e-mail of the owner"), max_length=254)
    language = models.CharField(_("language"), max_length=8)
    is_sponsored = models.BooleanField(_("given by the organisers"), default=False)
    seats = models.PositiveSmallIntegerField(_("seats"))
    profession = models.CharField(_("profession"), max_length=32, choices=Profession, blank=True)
    country = CountryField(_("country of practice"), blank=True)
    workshop_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    workshop_prices_minor = ArrayField(models.BigIntegerField(), default=list, editable=False)
    price_minor = models.PositiveBigIntegerField(_("price of a ticket in minor units (cents)"))
    list_price_minor = models.PositiveBigIntegerField(
        _("price before discounts in minor units (cents)")
    )
    price_reason = models.JSONField(_("reason for the price"), default=dict)
    unproved = models.JSONField(default=dict, editable=False)
    income_group = models.CharField(
        _("income group"), max_length=16, choices=IncomeGroup, blank=True
    )
    income_edition = models.CharField(_("edition of the income groups"), max_length=20, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    names_until = models.DateTimeField(_("names change freely until"))
    returns_at = models.DateTimeField(_("seats without a name go back on"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["join_token"], condition=~Q(join_token=""), name="group_link_opens_one"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="group_has_a_name"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="group_has_a_seat"),
            models.CheckConstraint(
                condition=Q(returns_at__lte=F("names_until")),
                name="group_seats_return_before_names_are_fixed",
            ),
            models.CheckConstraint(
                condition=Q(join_used__lte=F("join_most")), name="group_link_never_overused"
            ),
            models.CheckConstraint(
                condition=Q(is_sponsored=False) | Q(price_minor=0), name="group_sponsored_is_free"
            ),
            models.CheckConstraint(
                condition=Q(is_sponsored=True) | ~Q(profession="") & ~Q(country=""),
                name="group_bought_says_for_whom",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="group_currency_of_3_letters"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def seat_price_minor(self) -> int:
        """One seat: its ticket and its workshops."""
        return self.price_minor + sum(self.workshop_prices_minor)

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)


class GroupSeat(models.Model):
    """
    One seat of a group: free, kept for somebody invited, named, or returned to everybody.

    Without a name it holds a place of the group's ticket, `workshop_ids`, and `quota_places`: pairs
    of a shared quota and the workshop that brings it, or null. All of it is counted as taken; once
    somebody is named it is her registration that holds it.

    `registration` is the place of who is named; a seat that returned with its person's
    cancellation keeps it. `email` is the address that the owner gave, and her key when she
    brings a list again, and `given` what she said then; who came by the group's link has none. What the person lets the
    owner see beyond her name stands in `shows_attendance` and `shows_credits`.
    """

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="group_seats")
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(
        _("state"), max_length=16, choices=GroupSeatState, default=GroupSeatState.FREE
    )
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    given = models.JSONField(default=dict, editable=False)
    token = models.CharField(max_length=26, blank=True, editable=False)
    workshop_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    quota_places = models.JSONField(default=list, editable=False)
    registration = models.OneToOneField(
        Registration, on_delete=models.PROTECT, null=True, related_name="group_seat"
    )
    named_by = models.CharField(_("named by"), max_length=16, choices=NamedBy, blank=True)
    shows_attendance = models.BooleanField(_("shows her attendance"), default=False)
    shows_credits = models.BooleanField(_("shows her credits"), default=False)
    invited_at = models.DateTimeField(_("invited"), null=True)
    named_at = models.DateTimeField(_("named"), null=True)
    shown_since = models.DateTimeField(_("shown since"), null=True)
    returned_at = models.DateTimeField(_("returned"), null=True)

    class Meta:
        verbose_name = _("seat of a group")
        verbose_name_plural = _("seats of groups")
        ordering = ["group", "number"]
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="group_seat_number_once"),
            models.UniqueConstraint(
                fields=["token"], condition=~Q(token=""), name="group_invitation_opens_one"
            ),
            models.UniqueConstraint(
                F("group"),
                Lower("email"),
                condition=Q(state__in=["invited", "named"]) & ~Q(email=""),
                name="group_seat_one_per_address",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="free", registration__isnull=True, named_at__isnull=True, email="",
                    token="", returned_at__isnull=True,
                )
                | Q(
                    state="invited", registration__isnull=True, named_at__isnull=True,
                    invited_at__isnull=False, returned_at__isnull=True,
                )
                & ~Q(email="")
                & ~Q(token="")
                | Q(
                    state="named", registration__isnull=False, named_at__isnull=False,
                    returned_at__isnull=True,
                )
                & ~Q(named_by="")
                | Q(state="returned", returned_at__isnull=False),
                name="group_seat_state_has_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(shows_attendance=False, shows_credits=False)
                | Q(registration__isnull=False, shown_since__isnull=False),
                name="group_seat_shows_only_by_consent",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.group} {self.number}"

    @property
    def claims(self) -> Claims:
        """What it holds while it has no name. Reads its group."""
        group = self.group
        return claims_of(
            ticket_type_ids=[group.ticket_type_id],
            variation_ids=[group.variation_id] if group.variation_id else [],
            workshop_ids=self.workshop_ids,
            quota_ids=[quota_id for quota_id, _workshop in self.quota_places],
        )
