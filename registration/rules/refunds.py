"""Which payments give the money that goes back."""

from collections.abc import Iterable

Share = tuple[int, int]


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
