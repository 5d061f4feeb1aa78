from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField

from conference.kernel.money import Money
from conference.models import Event
from registration.models.ticket_type import TicketType
from registration.models.variation import TicketVariation
from registration.models.workshop import Workshop
from registration.states import IncomeGroup, Profession


class PricePhase(models.Model):
    """A time in which prices of its own hold: early, regular, on site. Half-open, never two at once."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="price_phases")
    slug = models.SlugField(_("short name"), max_length=40)
    name = I18nCharField(_("name"), max_length=100)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("price phase")
        verbose_name_plural = _("price phases")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "slug"], name="price_phase_slug_unique"),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="price_phase_ends_after_it_starts"
            ),
            ExclusionConstraint(
                name="price_phases_never_overlap",
                expressions=[
                    ("event", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            Value("[)"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Society(models.Model):
    """A society whose members have prices of their own."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="societies")
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("society")
        verbose_name_plural = _("societies")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "name"], name="society_name_unique_in_event")
        ]

    def __str__(self) -> str:
        return self.name


class SocietyMember(models.Model):
    """Who is a member, by the e-mail address the society knows. Brought in as a list."""

    society = models.ForeignKey(Society, on_delete=models.CASCADE, related_name="members")
    email = models.EmailField(_("e-mail"), max_length=254)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(Lower("email"), "society", name="society_member_once")
        ]

    def __str__(self) -> str:
        return self.email


class Price(models.Model):
    """
    One cell of the price matrix. What it leaves open holds for everybody; the cell that names most wins.

    The price of a ticket type or workshop itself holds where no cell does, in its own currency.
    A product is sold in each currency it has a price in; nothing is ever converted.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="prices")
    ticket_type = models.ForeignKey(
        TicketType, on_delete=models.CASCADE, null=True, blank=True, related_name="prices"
    )
    workshop = models.ForeignKey(
        Workshop, on_delete=models.CASCADE, null=True, blank=True, related_name="prices"
    )
    variation = models.ForeignKey(
        TicketVariation, on_delete=models.CASCADE, null=True, blank=True, related_name="prices"
    )
    profession = models.CharField(_("profession"), max_length=32, choices=Profession, blank=True)
    income_group = models.CharField(
        _("income group of the country of practice"), max_length=16, choices=IncomeGroup, blank=True
    )  # fmt: skip
    phase = models.ForeignKey(
        PricePhase, on_delete=models.CASCADE, null=True, blank=True, related_name="prices"
    )
    society = models.ForeignKey(
        Society, on_delete=models.CASCADE, null=True, blank=True, related_name="prices"
    )
    currency = models.CharField(_("currency"), max_length=3)
    amount_minor = models.PositiveBigIntegerField(_("price in minor units (cents)"))

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ticket_type__isnull=False, workshop__isnull=True)
                | Q(ticket_type__isnull=True, workshop__isnull=False),
                name="price_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(variation__isnull=True) | Q(ticket_type__isnull=False),
                name="price_variation_is_of_a_ticket",
            ),
            models.UniqueConstraint(
                fields=[
                    "ticket_type",
                    "workshop",
                    "variation",
                    "profession",
                    "income_group",
                    "phase",
                    "society",
                    "currency",
                ],
                nulls_distinct=False,
                name="price_cell_unique",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="price_currency_of_3_letters"
            ),
            models.CheckConstraint(
                condition=Q(profession="") | Q(profession__in=Profession.values),
                name="price_profession_is_known",
            ),
            models.CheckConstraint(
                condition=Q(income_group="") | Q(income_group__in=IncomeGroup.values),
                name="price_income_group_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.amount_minor}"

    @property
    def money(self) -> Money:
        return Money(self.amount_minor, self.currency)


class GroupDiscount(models.Model):
    """A discount on every ticket of an order with at least so many people. No code is needed."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="group_discounts")
    min_people = models.PositiveIntegerField(_("people in one order, at least"))
    percent = models.PositiveSmallIntegerField(_("discount in percent"))

    class Meta:
        verbose_name = _("group discount")
        verbose_name_plural = _("group discounts")
        ordering = ["min_people"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "min_people"], name="group_discount_unique_in_event"
            ),
            models.CheckConstraint(
                condition=Q(min_people__gte=2, percent__gte=1, percent__lte=100),
                name="group_discount_makes_sense",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.min_people}: {self.percent} %"
