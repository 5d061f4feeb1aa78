"""
The states of what the core keeps.

An e-mail in the outbox:

    queued --claim--> sending --deliver--> sent
       ^                 |------refuse---> failed
       `----put back-----'

A job (its items move todo --claim--> running --finish--> done | failed, and back to todo when a lease runs out):

    queued --start--> running --finish--> done
       |                 |-----fail-----> failed
       `-----cancel------`-----cancel---> cancelled

A delivery to a partner's program:

    queued --claim--> sending --2xx--> delivered
     ^ ^                 |  |--last try--> failed
     | `---put back------`  `              |
     `-------------replay (delivered too)--`
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EventKind(TextChoices):
    CONGRESS = "congress", _("Congress")
    COURSE = "course", _("Course")


class EventSubject(TextChoices):
    """What a course is about, for those who look for one. A congress has none: it has all."""

    RESUSCITATION = "resuscitation", _("Resuscitation")
    AIRWAY = "airway", _("Airway")
    TRAUMA = "trauma", _("Trauma")
    ULTRASOUND = "ultrasound", _("Ultrasound")
    ECG = "ecg", _("Electrocardiography")
    TOXICOLOGY = "toxicology", _("Toxicology")
    PAEDIATRICS = "paediatrics", _("Paediatric emergencies")
    INFECTIONS = "infections", _("Infections and sepsis")
    PREHOSPITAL = "prehospital", _("Prehospital care and disasters")
    MANAGEMENT = "management", _("Management and quality")
    EDUCATION = "education", _("Teaching and simulation")


class EventPart(TextChoices):
    """What of an event may be left out when it is duplicated."""

    TEAM = "team", _("The team")
    SESSIONS = "sessions", _("Sessions of the programme as a draft, without speakers")
    CODES = "codes", _("Voucher codes that name nobody, unused")
    CREDITS = "credits", _("Accredited activity and evaluation questions, without designations")


class Role(TextChoices):
    """What a person may do for one event. Highest first."""

    ORGANISER = "organiser", _("Organiser")
    DOOR = "door", _("Door volunteer")


class EmailState(TextChoices):
    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class JobState(TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


JOB_TRANSITIONS = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELLED}),
    JobState.RUNNING: frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED}),
    JobState.DONE: frozenset[JobState](),
    JobState.FAILED: frozenset[JobState](),
    JobState.CANCELLED: frozenset[JobState](),
}


class JobItemState(TextChoices):
    TODO = "todo", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ApiScope(TextChoices):
    """What a key of an event opens; a key has one or more of them."""

    OFFER_READ = "offer:read", _("See ticket types and workshops, with what is left")
    ORDERS_READ = "orders:read", _("See orders")
    ORDERS_WRITE = "orders:write", _("Cancel orders")
    REGISTRATIONS_READ = "registrations:read", _("See registrations, with names and e-mails")
    REGISTRATIONS_WRITE = "registrations:write", _("Correct names")
    PAYMENTS_READ = "payments:read", _("See payments and the ledger")
    PAYMENTS_WRITE = "payments:write", _("Record payments")
    CHECK_INS_READ = "check-ins:read", _("See scans")
    CHECK_INS_WRITE = "check-ins:write", _("Scan badges at doors")


class WebhookKind(TextChoices):
    """What programs are told of. The words are part of the API."""

    ORDER_PLACED = "order.placed", _("Order placed")
    ORDER_CONFIRMED = "order.confirmed", _("Order confirmed")
    ORDER_CANCELLED = "order.cancelled", _("Order cancelled")
    ORDER_EXPIRED = "order.expired", _("Order expired")
    REGISTRATION_CORRECTED = "registration.corrected", _("Details corrected")
    PAYMENT_RECORDED = "payment.recorded", _("Payment recorded")
    REFUND_RECORDED = "refund.recorded", _("Refund recorded")
    ATTENDEE_CHECKED_IN = "attendee.checked_in", _("Checked in")
    TEST = "webhook.test", _("Trial")


# What a program may ask for; a trial is sent whatever it asked for.
WEBHOOK_KINDS = [kind for kind in WebhookKind if kind != WebhookKind.TEST]


class DeliveryState(TextChoices):
    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")


# A worker claims, puts back and ends by conditional updates, under its lease; these are for people.
DELIVERY_TRANSITIONS = {
    DeliveryState.QUEUED: frozenset({DeliveryState.SENDING}),
    DeliveryState.SENDING: frozenset({DeliveryState.DELIVERED, DeliveryState.FAILED}),
    DeliveryState.DELIVERED: frozenset({DeliveryState.QUEUED}),
    DeliveryState.FAILED: frozenset({DeliveryState.QUEUED}),
}


class StopReason(TextChoices):
    BY_HAND = "by_hand", _("Stopped by the organisers")
    FAILING = "failing", _("Stopped because nothing arrived")
    GONE = "gone", _("Stopped because the program said it is gone")


class EventAction(TextChoices):
    """What history says about events, teams, jobs and the keys of partners."""

    CREATED = "event.created", _("Event created")
    PUBLISHED = "event.published", _("Event published")
    CHANGED = "event.changed", _("Event changed")
    DUPLICATED = "event.duplicated", _("Event duplicated")
    MADE_FROM_ANOTHER = "event.made_from_another", _("Made from another event")
    MEMBER_ADDED = "event.member_added", _("Team member added")
    MEMBER_REMOVED = "event.member_removed", _("Team member removed")
    JOB_REQUESTED = "job.requested", _("Job requested")
    JOB_CANCELLED = "job.cancelled", _("Job cancelled")
    JOB_FINISHED = "job.finished", _("Job finished")
    KEY_MADE = "api_key.made", _("API key made")
    KEY_REVOKED = "api_key.revoked", _("API key revoked")
    DONE_WITH_A_KEY = "api_key.did", _("Done with an API key")
    WEBHOOK_ADDED = "webhook.added", _("Webhook added")
    WEBHOOK_STOPPED = "webhook.stopped", _("Webhook stopped")
    WEBHOOK_STARTED = "webhook.started", _("Webhook started again")
    WEBHOOK_REPLAYED = "webhook.replayed", _("Delivery sent again")
