"""What every payment provider does for us. The states and the ledger are ours, not theirs."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from conference.kernel.money import Money
from registration.states import AttemptState, RefundState

CONNECT_SECONDS = 2
READ_SECONDS = 8
# A message signed longer ago than this is kept and noted; only what is fetched is believed.
CLOCKS_MAY_DIFFER = dt.timedelta(seconds=300)


class ProviderUnavailable(Exception):
    """No answer, an answer that makes no sense, or too many questions at once. Ask again later."""


class ProviderRefused(Exception):
    """The provider understood and said no; asking the same again changes nothing."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Of an account; without a representation, so that no log ever shows them."""

    secret_key: str
    webhook_secret: str


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody wants to pay. `uid` is the idempotency key: the same intent is one checkout."""

    uid: str
    amount: Money
    title: str
    email: str
    language: str
    return_url: str
    started_at: dt.datetime
    deadline_at: dt.datetime
    slow_deadline_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Checkout:
    """A page of the provider where the money is paid."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Known:
    """An attempt by the names under which a provider knows it."""

    uid: str
    reference: str
    payment_references: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ProviderPayment:
    """One payment as the provider has it now."""

    reference: str
    state: AttemptState
    amount: Money | None
    refunded_minor: int
    attempt_uid: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """What the provider says about an attempt: its checkout, and every payment made by it."""

    checkout: AttemptState
    payments: tuple[ProviderPayment, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it came by HTTP; names of headers in lower case."""

    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a message is about. `attempt_uid` is empty where only the provider can tell."""

    event_id: str
    kind: str
    attempt_uid: str
    subject_reference: str
    signature_ok: bool
    signed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class WantedRefund:
    """`reference` is the refund's name at the provider once it has one."""

    uid: str
    payment_reference: str
    amount: Money
    reference: str = ""


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    state: RefundState
    reference: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the provider says about the account. `is_live` is None where it does not say."""

    name: str
    is_live: bool | None


class PaymentProvider(Protocol):
    """
    Every question may raise ProviderUnavailable or ProviderRefused, and is asked outside of any
    transaction: it may take as long as a network takes.
    """

    def start(self, intent: Intent) -> Checkout:
        """Open the page where it is paid; for the same uid the same page."""

    def fetch(self, known: Known) -> Truth:
        """The truth about an attempt."""

    def refund(self, wanted: WantedRefund) -> RefundAnswer:
        """Send money back; for the same uid once. Asked again, how far it is."""

    def parse_webhook(self, incoming: Incoming, *, at: dt.datetime) -> Notice:
        """Read a message and check its signature. Asks nobody. ValueError if it makes no sense."""

    def attempt_of(self, notice: Notice) -> str:
        """The uid of the attempt a notice is about, asked from the provider; empty if of none."""

    def check(self) -> AccountFacts:
        """Whether the keys open the account."""
