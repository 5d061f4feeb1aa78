"""
What the programme announces to the apps above it, inside the transaction of the change.

Each is sent by one operation with `event` and, where sessions are meant, their ids.
"""

from django.dispatch import Signal

programme_published = Signal()  # event
session_cancelled = Signal()  # session
sessions_moved = Signal()  # event, session_ids: other time or room than before
