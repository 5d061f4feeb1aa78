"""What is sold and asked, and what its price may depend on."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WorkshopKind(TextChoices):
    WORKSHOP = "workshop", _("Workshop")
    SOCIAL = "social", _("Social event")
    MATERIAL = "material", _("Material")


class IncomeGroup(TextChoices):
    """Of the World Bank's classification; the list is data, see `rules.income`."""

    LOW = "low", _("Low income")
    LOWER_MIDDLE = "lower_middle", _("Lower-middle income")
    UPPER_MIDDLE = "upper_middle", _("Upper-middle income")
    HIGH = "high", _("High income")


class VoucherEffect(TextChoices):
    """What a code does to the price of a ticket. Access opens what is hidden and changes no price."""

    PERCENT = "percent", _("Percent off")
    AMOUNT_OFF = "amount_off", _("Amount off")
    PRICE = "price", _("Fixed price")
    ACCESS = "access", _("Opens a hidden ticket")


class QuestionKind(TextChoices):
    LINE = "line", _("One line")
    TEXT = "text", _("Long text")
    NUMBER = "number", _("Whole number")
    YES_NO = "yes_no", _("Yes or no")
    ONE_OF = "one_of", _("One of several")
    SOME_OF = "some_of", _("Some of several")
    DATE = "date", _("Date")
    TIME = "time", _("Time of day")
    MOMENT = "moment", _("Date and time")
    COUNTRY = "country", _("Country")
    PHONE = "phone", _("Phone number")
    EMAIL = "email", _("E-mail address")
