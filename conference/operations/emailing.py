"""The outbox: a letter is a row in the transaction it tells about; `delivering_emails` comes after."""

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import css_inline
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import models
from django.template.loader import render_to_string
from django.utils import translation

from conference.kernel.background import wake_after_commit
from conference.kernel.ready_insert import insert
from conference.models import EmailMessage, Event


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
    wake_after_commit("conference.deliver_emails")
    return email


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
