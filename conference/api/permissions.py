from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from conference.access import Level, declared_access
from conference.models import Event
from conference.queries import roles_of


class DeclaredAccess(BasePermission):
    """The API reads the same declaration as the pages; a view without one is refused."""

    def has_permission(self, request: Request, view: Any) -> bool:
        declared = declared_access(type(view))
        if declared is None:
            return False
        if declared.level in (Level.PUBLIC, Level.SECRET_ADDRESS):
            return True
        if not request.user.is_authenticated:
            raise NotAuthenticated
        if declared.level is Level.TEAM:
            event = get_object_or_404(Event, slug=view.kwargs["event_slug"])
            if not roles_of(request.user, event) & declared.roles:
                raise Http404
            view.event = event
        return True
