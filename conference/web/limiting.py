"""Moved to `conference.limiting`, which the API may read too."""

from conference.limiting import MINUTE_SECONDS, asks_too_often

__all__ = ["MINUTE_SECONDS", "asks_too_often"]
