from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from conference.access import Access, Level, declared_access
from conference.kernel.errors import NotPermitted
from conference.models import ApiKey, Event
from conference.queries import roles_of


class KeyLacksScope(NotPermitted):
    code: ClassVar[str] = "key_lacks_scope"


class DeclaredAccess(BasePermission):
    """The API reads the same declaration as the pages; a view without one is refused."""

    def has_permission(self, request: Request, view: Any) -> bool:
        declared = declared_access(type(view))
        if declared is None:
            return False
        if declared.level in (Level.PUBLIC, Level.SECRET_ADDRESS):
            return True
        if isinstance(request.auth, ApiKey):
            view.event = _event_opened_by(request.auth, declared, view.kwargs)
            return True
        if not request.user.is_authenticated:
            raise NotAuthenticated
        if declared.level is Level.TEAM:
            event = get_object_or_404(Event, slug=view.kwargs["event_slug"])
            if not roles_of(request.user, event) & declared.roles:
                raise Http404
            view.event = event
        return True


def _event_opened_by(key: ApiKey, declared: Access, keywords: dict[str, Any]) -> Event:
    """Of another event a key learns nothing; within its own it is told what it lacks."""
    event = key.event
    if event.slug != keywords.get("event_slug"):
        raise Http404
    if declared.scope is None:
        raise KeyLacksScope(_("No API key opens this address."))
    if declared.scope not in key.scopes:
        raise KeyLacksScope(
            _("This API key does not open that. It lacks the scope “%(scope)s”.")
            % {"scope": declared.scope.value}
        )
    return event
