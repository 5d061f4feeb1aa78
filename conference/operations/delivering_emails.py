"""Emptying the outbox: many letters over one connection, each answered for by itself."""

import datetime as dt
import smtplib
from collections.abc import Callable

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet

from conference.kernel.background import begin_to_work
from conference.models import EmailMessage
from conference.states import EmailState

TASK = "conference.deliver_emails"
AT_ONCE = 20
LEASE = dt.timedelta(minutes=2)
# A server that does not answer is left after this long with whoever holds the lease.
SLOWEST_LETTER = dt.timedelta(seconds=settings.EMAIL_TIMEOUT)
GIVE_UP_AFTER = dt.timedelta(hours=72)


def due_emails(*, at: dt.datetime) -> QuerySet[EmailMessage]:
    """Letters whose time has come, and those whose worker died over them; the oldest first."""
    return EmailMessage.objects.filter(
        Q(state=EmailState.QUEUED, next_try_at__lte=at)
        | Q(state=EmailState.SENDING, lease_until__lt=at)
    ).order_by("next_try_at", "pk")


def deliver_emails(*, now: Callable[[], dt.datetime], until: dt.datetime) -> int:
    """
    Send what is due and nobody else is sending, until nothing is left or time is over. How many.

    A crash between sending and noting it sends one letter twice with the same Message-ID;
    losing it would be worse.
    """
    begin_to_work(TASK)
    sent = 0
    server = get_connection()
    try:
        while (at := now()) < until and (emails := _lease(at=at)):
            for email in emails:
                if now() > at + LEASE - SLOWEST_LETTER:
                    _give_up_lease(email)
                else:
                    sent += _deliver(email, server, at=now())
    finally:
        server.close()
    return sent


@transaction.atomic
def _lease(*, at: dt.datetime) -> list[EmailMessage]:
    due = due_emails(at=at).select_related("event")
    mine = list(due.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    for email in mine:
        email.attempts += 1
        email.state, email.lease_until = EmailState.SENDING, at + LEASE
    EmailMessage.objects.bulk_update(mine, ["state", "lease_until", "attempts"])
    return mine


def _deliver(email: EmailMessage, server: BaseEmailBackend, *, at: dt.datetime) -> bool:
    try:
        server.open()  # does nothing while the one before is open
        server.send_messages([_as_message(email)])
    # ValueError: one that no mail can be made of must not keep back those behind it.
    except (OSError, smtplib.SMTPException, ValueError) as error:
        server.close()
        _put_back(email, error, at=at)
        return False
    _still_ours(email).update(state=EmailState.SENT, sent_at=at, lease_until=None, last_error="")
    return True


def _still_ours(email: EmailMessage) -> QuerySet[EmailMessage]:
    return EmailMessage.objects.filter(
        pk=email.pk, state=EmailState.SENDING, lease_until=email.lease_until
    )


def _put_back(email: EmailMessage, error: Exception, *, at: dt.datetime) -> None:
    refused = isinstance(error, smtplib.SMTPRecipientsRefused)
    over = refused or at - email.queued_at > GIVE_UP_AFTER
    wait = min(dt.timedelta(seconds=30) * 2 ** min(email.attempts, 10), dt.timedelta(hours=1))
    _still_ours(email).update(
        state=EmailState.FAILED if over else EmailState.QUEUED,
        lease_until=None,
        next_try_at=at + wait,
        last_error=f"{type(error).__name__}: {error}"[:300],
    )


def _give_up_lease(email: EmailMessage) -> None:
    _still_ours(email).update(
        state=EmailState.QUEUED, lease_until=None, attempts=email.attempts - 1
    )


def _as_message(email: EmailMessage) -> EmailMultiAlternatives:
    host = settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=email.text_body,
        to=[email.to_address],
        reply_to=[email.event.contact_email] if email.event else None,
        headers={"Message-ID": f"<{email.uid}@{host}>", "Content-Language": email.language},
    )
    if email.html_body:
        message.attach_alternative(email.html_body, "text/html")
    return message
