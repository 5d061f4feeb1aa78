"""How log-in codes and account letters leave: through the outbox, like every other letter."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone, translation

from conference.models import User
from conference.operations.emailing import queue_email


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # untyped library
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """`account/email/login_code` becomes the letter `conference/email/login_code`."""
        known = {"login_code", "email_confirmation", "email_confirmation_signup", "unknown_account"}
        name = template_prefix.rpartition("/")[2]
        kind = name if name in known else "account_notice"
        values: dict[str, Any] = {
            key: context[key] for key in ("code", "signup_url", "activate_url") if key in context
        }
        queue_email(
            f"conference/email/{kind}",
            to_address=email,
            to_name="",
            language=translation.get_language() or "es",
            event=None,
            about=None,
            context=values,
            at=timezone.now(),
        )

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - the library's signature
        user.language = translation.get_language() or "es"
        saved: User = super().save_user(request, user, form, commit)
        return saved
