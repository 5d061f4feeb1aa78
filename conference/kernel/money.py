"""Money is an integer of minor units and a currency of three letters."""

from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision

_LOCALES = {"es": "es_AR", "pt-br": "pt_BR", "en": "en_US", "fr": "fr_FR"}


@dataclass(frozen=True, slots=True)
class Money:
    amount_minor: int
    currency: str

    @property
    def amount(self) -> Decimal:
        return Decimal(self.amount_minor).scaleb(-get_currency_precision(self.currency))

    def written(self, language: str) -> str:
        """For a reader of that language: USD 180,00 — the code, since seven currencies are “$”."""
        return format_currency(
            self.amount, self.currency, format="¤¤ #,##0.00", locale=_LOCALES.get(language, "es_AR")
        )

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise TypeError(f"{self.currency} and {other.currency} do not add up.")
        return Money(self.amount_minor + other.amount_minor, self.currency)
