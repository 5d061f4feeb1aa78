"""The pages of a door volunteer: choose a door, scan badges at it."""

import uuid
from typing import Any

from csp.constants import WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods
from django_permissions_policy.decorators import permissions_policy_override

from conference.access import access, team
from conference.kernel.errors import DomainError
from conference.models import Event, User
from conference.states import Role
from registration.models import ScanPoint
from registration.operations.checking_in import record_scan
from registration.queries.attendance import ScanAnswer, doors_of
from registration.states import ScanDirection, ScanMethod, ScanPointKind

AT_THE_DOOR = team(Role.ORGANISER, Role.DOOR)
CAMERA_ALLOWED: dict[str, str | list[str] | tuple[str]] = {
    **settings.PERMISSIONS_POLICY,
    "camera": ["self"],
}


class TeamRequest(HttpRequest):
    """What `AccessMiddleware` makes of a request to a page of a team."""

    event: Event
    user: User


class ScanForm(forms.Form):
    """What the page sends where there is no script."""

    code = forms.CharField(label=_("Code on the badge"), required=False, strip=False)
    direction = forms.ChoiceField(choices=ScanDirection.choices)
    client_uid = forms.UUIDField()


@access(AT_THE_DOOR)
@require_GET
def choose_door(request: TeamRequest, event_slug: str) -> HttpResponse:  # noqa: ARG001
    doors = doors_of(request.event, at=timezone.now())
    return render(
        request, "registration/door/choose.html", {"event": request.event, "doors": doors}
    )


@access(AT_THE_DOOR)
@require_http_methods(["GET", "POST"])
# The camera and its reader, which is WebAssembly, on this page alone.
@permissions_policy_override(CAMERA_ALLOWED)
@csp_update({"script-src": [WASM_UNSAFE_EVAL]})  # type: ignore[arg-type] # it knows one argument
def door(request: TeamRequest, event_slug: str, point_id: int) -> HttpResponse:  # noqa: ARG001
    point = get_object_or_404(
        ScanPoint.objects.select_related("session__room"), pk=point_id, event=request.event
    )
    if request.method == "GET":
        return _show(request, point, direction=request.GET.get("direction", ""))
    form = ScanForm(request.POST)
    if not form.is_valid():
        return _show(
            request, point, refusal=str(_("The form was incomplete. Scan again.")), status=422
        )
    scan = form.cleaned_data
    now = timezone.now()
    try:
        answer = record_scan(
            point_id=point.pk,
            event_id=request.event.pk,
            code=scan["code"],
            direction=ScanDirection(scan["direction"]),
            client_uid=scan["client_uid"],
            scanned_at=now,
            method=ScanMethod.TYPED,
            operator=request.user,
            at=now,
        )
    except DomainError as refusal:
        return _show(request, point, direction=scan["direction"], refusal=str(refusal), status=422)
    return _show(request, point, direction=scan["direction"], answer=answer)


def _show(
    request: TeamRequest,
    point: ScanPoint,
    *,
    direction: str = "",
    answer: ScanAnswer | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    at_session = point.kind == ScanPointKind.SESSION
    going_out = at_session and direction == ScanDirection.OUT
    page: dict[str, Any] = {
        "event": request.event,
        "point": point,
        "direction": ScanDirection.OUT if going_out else ScanDirection.IN,
        # Made with the page: loading an answered page again sends the same scan, which counts once.
        "client_uid": uuid.uuid4(),
        "typed": request.POST.get("code", "") if refusal else "",
        "answer": answer,
        "refusal": refusal,
    }
    return render(request, "registration/door/door.html", page, status=status)
