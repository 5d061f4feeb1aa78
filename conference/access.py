"""
Who gets in: every view declares it, an undeclared view is refused.

    @access(PUBLIC)                 anybody
    @access(SECRET_ADDRESS)         whoever has the 128-bit token in the address
    @access(SIGNED_IN)              a person with an account
    @access(team(Role.ORGANISER))   a member of the team of the event in the address
    team(…, scope=ApiScope.…)       at the API also a key of that event that has the scope

A view of a team gets `request.event`, found by `event_slug`. Who has no business there gets a
404, as if it did not exist; who is not signed in is asked to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from conference.models import Event
from conference.queries import roles_of
from conference.states import ApiScope, Role


class Level(Enum):
    PUBLIC = "public"
    SECRET_ADDRESS = "secret_address"  # noqa: S105 - not a password
    SIGNED_IN = "signed_in"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Access:
    level: Level
    roles: frozenset[Role] = frozenset()
    scope: ApiScope | None = None  # None: no key opens it


PUBLIC = Access(Level.PUBLIC)
SECRET_ADDRESS = Access(Level.SECRET_ADDRESS)
SIGNED_IN = Access(Level.SIGNED_IN)


def team(*roles: Role, scope: ApiScope | None = None) -> Access:
    return Access(Level.TEAM, frozenset(roles), scope)


View = TypeVar("View", bound=Callable[..., Any])


def access(declared: Access) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.access = declared  # type: ignore[attr-defined] # read by the middleware
        return view

    return declare


# Views of libraries, by module; each guards itself, and here is why it may be reached.
LIBRARY_VIEWS: dict[str, Access] = {
    "allauth.": PUBLIC,  # logging in
    "django.contrib.admin.": PUBLIC,  # its own log-in, staff only
    "unfold.": PUBLIC,  # the same, in its dress
    "django.contrib.contenttypes.": PUBLIC,  # "view on site" of the back office
    "django.views.i18n": PUBLIC,  # choosing a language
    "django.views.static": PUBLIC,
    "django.views.generic.base": PUBLIC,  # redirects
    "drf_spectacular.": PUBLIC,  # the API's description
    "health_check.": PUBLIC,
}


def declared_access(view: Callable[..., Any]) -> Access | None:
    """The access a view declares, through class-based and wrapped views; None if it does not."""
    for holder in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        found = getattr(holder, "access", None)
        if isinstance(found, Access):
            return found
    module = getattr(getattr(view, "view_class", view), "__module__", "")
    for prefix, reason in LIBRARY_VIEWS.items():
        if module.startswith(prefix):
            return reason
    return None


class AccessMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        _arguments: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> HttpResponseBase | None:
        declared = declared_access(view)
        if declared is None:
            raise Http404("This address declares no access.")
        if getattr(view, "cls", None) is not None:
            return None  # an API view: its permission class reads the same declaration
        if declared.level in (Level.PUBLIC, Level.SECRET_ADDRESS):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if declared.level is Level.TEAM:
            event = get_object_or_404(Event, slug=keywords["event_slug"])
            if not roles_of(request.user, event) & declared.roles:
                raise Http404
            request.event = event  # type: ignore[attr-defined]
        return None
