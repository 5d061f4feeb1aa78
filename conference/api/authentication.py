from rest_framework import authentication


class SessionAuthentication(authentication.SessionAuthentication):
    """The same log-in as the pages; unauthenticated requests are answered 401, not 403."""

    def authenticate_header(self, request: object) -> str:  # noqa: ARG002 - the base class's signature
        return "Session"
