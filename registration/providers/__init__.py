"""Payment providers behind one interface. They speak HTTP, know no model and write nothing."""

from registration.providers.base import Keys, PaymentProvider
from registration.providers.mercado_pago import MercadoPagoProvider
from registration.providers.stripe import StripeProvider
from registration.states import Provider


def provider_named(name: str, keys: Keys, *, is_live: bool, simulator: str = "") -> PaymentProvider:
    """
    The provider with an account's keys.

    `simulator` is the address of a stand-in for all of them. A live account never meets it.
    """
    kinds: dict[str, type[StripeProvider | MercadoPagoProvider]] = {
        Provider.STRIPE: StripeProvider,
        Provider.MERCADO_PAGO: MercadoPagoProvider,
    }
    return kinds[name](keys, is_live=is_live, simulator="" if is_live else simulator)
