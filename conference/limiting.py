"""
How often one address may ask: where answers could be guessed, and where each costs us much.

A hospital's whole network may share one address, so the limits are wide; 0 switches one off.
"""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

MINUTE_SECONDS = 60


def asks_too_often(request: HttpRequest, *, what: str, most_per_minute: int) -> bool:
    """
    Count this request; True if its address asked `what` too often in the last minute.

    Who is told so is answered 429, with `Retry-After: {MINUTE_SECONDS}`.

    Counted in the cache. Where that is away nobody is refused: people at a door matter more.
    """
    if not most_per_minute:
        return False
    try:
        address = get_adapter().get_client_ip(request)
    except PermissionDenied:  # behind a proxy that does not say whom it serves
        return False
    key = f"asked:{what}:{address}"
    cache.add(key, 0, timeout=MINUTE_SECONDS)
    try:
        return bool(cache.incr(key) > most_per_minute)
    except ValueError:  # it ended between the two lines
        return False
