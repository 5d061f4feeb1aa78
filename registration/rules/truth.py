"""What follows from a provider's word, without believing more than agrees with what we asked for."""

from typing import Protocol

from conference.kernel.money import Money
from registration.states import ATTEMPT_RANK, AttemptState


class Said(Protocol):
    @property
    def state(self) -> AttemptState: ...
    @property
    def amount(self) -> Money | None: ...
    @property
    def attempt_uid(self) -> str: ...
    @property
    def is_live(self) -> bool: ...


class Told(Protocol):
    @property
    def checkout(self) -> AttemptState: ...
    @property
    def payments(self) -> tuple[Said, ...]: ...


def difference_from(said: Said, *, uid: str, amount: Money, is_live: bool) -> str:
    """In what a payment is not the one we asked for; empty if in nothing. A code for organisers."""
    if said.attempt_uid != uid:
        return "reference"
    if said.is_live != is_live:
        return "test money" if is_live else "real money at a test account"
    if said.amount is None or said.amount.currency != amount.currency:
        return "currency"
    if said.amount.amount_minor != amount.amount_minor:
        return f"amount {said.amount.amount_minor} instead of {amount.amount_minor}"
    return ""


def state_of(truth: Told, *, is_given_up: bool) -> AttemptState:
    """
    The state of an attempt by all its payments.

    One that is paid counts before one that went back: paid twice and sent back once is paid.
    """
    states = [payment.state for payment in truth.payments]
    if AttemptState.APPROVED in states:
        return AttemptState.APPROVED
    if AttemptState.PENDING in states and AttemptState.REFUNDED not in states:
        return AttemptState.PENDING
    highest = max(states, key=ATTEMPT_RANK.__getitem__, default=AttemptState.CREATED)
    if highest == AttemptState.CREATED and is_given_up:
        return AttemptState.REJECTED
    return highest
