"""One shape for every refusal: {"code", "detail", "fields": {name: [{"code", "message"}]}}."""

from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from conference.kernel.errors import DomainError


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, DomainError):
        fields = {error.field: [{"code": error.code, "message": str(error)}]} if error.field else {}
        return Response(
            {"code": error.code, "detail": str(error), "fields": fields}, status=error.http_status
        )
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):  # Django counts the bytes before our parser does
        error = exceptions.ParseError("The body is larger than 1 MB.", code="too_large")
    elif isinstance(error, BadRequest | SuspiciousOperation):
        error = exceptions.ParseError("The body could not be read.", code="unreadable")
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        response.data = {
            "code": "invalid",
            "detail": "Some fields need another look.",
            "fields": _flatten(error.get_full_details()),
        }
    elif isinstance(error, exceptions.APIException):
        code = error.get_codes()
        response.data = {
            "code": code if isinstance(code, str) else "refused",
            "detail": str(error.detail),
            "fields": {},
        }
    return response


def _flatten(details: Any, prefix: str = "") -> dict[str, list[dict[str, str]]]:
    """Nested serializers become dotted names."""
    if isinstance(details, list) and all("message" in item for item in details):
        return {
            prefix or "non_field": [
                {"code": str(item["code"]), "message": str(item["message"])} for item in details
            ]
        }
    found: dict[str, list[dict[str, str]]] = {}
    pairs = details.items() if isinstance(details, dict) else enumerate(details)
    for name, inner in pairs:
        if inner:
            found |= _flatten(inner, f"{prefix}.{name}" if prefix else str(name))
    return found
