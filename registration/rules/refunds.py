"""How much goes back to who cancels, and which payments give it."""

from collections.abc import Iterable
from typing import TypedDict

Share = tuple[int, int]


class Step(TypedDict):
    """At least so many whole days before the event's first day, so many percent go back."""

    days_before: int
    percent: int


def percent_back(steps: Iterable[Step], *, days_before: int) -> int:
    """The best step that still holds so many days before the event; 0 if none does."""
    return max((step["percent"] for step in steps if days_before >= step["days_before"]), default=0)


def amount_back(price_minor: int, percent: int) -> int:
    """Rounded up to the minor unit, in favour of who cancels."""
    return -(-price_minor * percent // 100)


def share_refund(
    amount_minor: int, payments: Iterable[tuple[int, int, bool]]
) -> list[Share] | None:
    """
    Share an amount out among payments `(pk, refundable_minor, goes_back_by_itself)`.

    One payment if one is large enough, else as few as can be; money that a provider sends back by
    itself first, since nobody has to make a transfer for it. None if all together are too little.
    """
    left = [payment for payment in payments if payment[1] > 0]
    if sum(refundable for _pk, refundable, _by_itself in left) < amount_minor:
        return None
    enough = [payment for payment in left if payment[1] >= amount_minor]
    if enough:
        pk, _refundable, _by_itself = min(enough, key=lambda one: (not one[2], one[1], one[0]))
        return [(pk, amount_minor)]
    shares = []
    for pk, refundable, _by_itself in sorted(left, key=lambda one: (not one[2], -one[1], one[0])):
        share = min(refundable, amount_minor)
        if share:
            shares.append((pk, share))
            amount_minor -= share
    return shares
