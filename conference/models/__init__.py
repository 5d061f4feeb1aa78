from conference.models.api_key import ApiKey
from conference.models.email_message import EmailMessage
from conference.models.event import Event, EventQuerySet, Room, Venue
from conference.models.history_entry import HistoryEntry
from conference.models.job import Job, JobItem
from conference.models.membership import Membership
from conference.models.stored_file import StoredFile
from conference.models.user import User
from conference.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "ApiKey",
    "EmailMessage",
    "Event",
    "EventQuerySet",
    "HistoryEntry",
    "Job",
    "JobItem",
    "Membership",
    "Room",
    "StoredFile",
    "User",
    "Venue",
    "WebhookDelivery",
    "WebhookEndpoint",
]
