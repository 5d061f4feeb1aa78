from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from conference.models import ApiKey
from conference.operations.keys import KeyRefused, use_key

KEYWORD = "Api-Key"


class KeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Api-Key …`: a program of a partner; `request.auth` is its key."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        keyword, _space, written = request.headers.get("Authorization", "").partition(" ")
        if keyword.casefold() != KEYWORD.casefold():
            return None
        try:
            return AnonymousUser(), use_key(written.strip(), at=timezone.now())
        except KeyRefused as refusal:
            raise AuthenticationFailed(str(refusal), code=refusal.code) from refusal

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the base class's signature
        """Make what is not authenticated a 401 and not a 403."""
        return KEYWORD


class SessionAuthentication(authentication.SessionAuthentication):
    """The same log-in as the pages; unauthenticated requests are answered 401, not 403."""

    def authenticate_header(self, request: object) -> str:  # noqa: ARG002 - the base class's signature
        return "Session"


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # untyped
    """How the API's description names it."""

    target_class = "conference.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": f"`{KEYWORD} K7Q2MX-…`, from the desk of the event.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # untyped
    """How the API's description names it."""

    target_class = "conference.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
