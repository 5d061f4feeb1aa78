"""The outbox: a letter is a row in the transaction it tells about; delivery comes after."""

import datetime as dt
import re
import smtplib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import css_inline
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import translation

from conference.kernel.background import after_commit
from conference.kernel.ready_insert import insert
from conference.models import EmailMessage, Event
from conference.states import EmailState

LEASE = dt.timedelta(minutes=2)
GIVE_UP_AFTER = dt.timedelta(hours=72)


def queue_email(
    template: str,
    *,
    to_address: str,
    to_name: str,
    language: str,
    event: Event | None,
    about: models.Model | None,
    context: Mapping[str, Any],
    at: dt.datetime,
) -> EmailMessage:
    """
    Write a letter in the reader's language and leave it in the outbox.

    `template` is a folder such as "registration/email/confirmed" that holds subject.txt,
    body.txt and body.html. Links start with `site_url`, which every letter knows.
    """
    with translation.override(language):
        values = {
            "event": event, "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL, "language": language,
            "to_name": to_name, **context,
        }  # fmt: skip
        subject = _one_line(render_to_string(f"{template}/subject.txt", values))[:250]
        text_body = render_to_string(f"{template}/body.txt", values).strip() + "\n"
        html_body = _with_styles_inside(render_to_string(f"{template}/body.html", values))
    email = insert(
        EmailMessage(
            event=event,
            kind=template,
            to_address=to_address,
            to_name=_one_line(to_name)[:200],
            language=language,
            subject=subject,
            text_body=text_body,
            html_body=html_body,
            about_type=about._meta.label_lower if about else "",
            about_id=about.pk if about else None,
            queued_at=at,
            next_try_at=at,
        )
    )
    after_commit("conference.deliver_email", email_id=email.pk)
    return email


def deliver_email(email_id: int, *, at: dt.datetime) -> bool:
    """
    Send one letter if it is due and nobody else is sending it. True if it was sent now.

    A crash between sending and noting it sends the letter twice with the same Message-ID;
    losing it would be worse.
    """
    taken = (
        EmailMessage.objects.filter(pk=email_id)
        .filter(
            Q(state=EmailState.QUEUED, next_try_at__lte=at)
            | Q(state=EmailState.SENDING, lease_until__lt=at)
        )
        .update(state=EmailState.SENDING, lease_until=at + LEASE, attempts=F("attempts") + 1)
    )
    if not taken:
        return False
    email = EmailMessage.objects.select_related("event").get(pk=email_id)
    try:
        _as_message(email).send()
    except (OSError, smtplib.SMTPException) as error:
        _put_back(email, error, at=at)
        return False
    EmailMessage.objects.filter(pk=email_id, state=EmailState.SENDING).update(
        state=EmailState.SENT, sent_at=at, lease_until=None, last_error=""
    )
    return True


@transaction.atomic
def _put_back(email: EmailMessage, error: Exception, *, at: dt.datetime) -> None:
    refused = isinstance(error, smtplib.SMTPRecipientsRefused)
    over = refused or at - email.queued_at > GIVE_UP_AFTER
    wait = min(dt.timedelta(seconds=30) * 2 ** min(email.attempts, 10), dt.timedelta(hours=1))
    EmailMessage.objects.filter(pk=email.pk, state=EmailState.SENDING).update(
        state=EmailState.FAILED if over else EmailState.QUEUED,
        lease_until=None,
        next_try_at=at + wait,
        last_error=f"{type(error).__name__}: {error}"[:300],
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


def _one_line(text: str) -> str:
    """Header injection ends here: no line breaks or other controls in a subject or a name."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()


def _with_styles_inside(html: str) -> str:
    """Mail programs drop style sheets: move the rules onto the elements."""
    return str(_inliner().inline(html))


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    path = finders.find("conference/css/email.css")
    rules = Path(path).read_text("utf-8") if isinstance(path, str) else None
    return css_inline.CSSInliner(extra_css=rules, load_remote_stylesheets=False)
