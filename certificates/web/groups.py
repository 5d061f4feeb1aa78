"""For the owner of a group: the credits of those of her people who show them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from certificates.queries.group_credits import credits_shown_to_owner
from conference.access import SECRET_ADDRESS, access
from registration.queries.groups import group_by_token


@access(SECRET_ADDRESS)
@require_GET
@never_cache
def group_credits(request: HttpRequest, token: str) -> HttpResponse:
    group = group_by_token(token)
    if group is None:
        raise Http404
    return render(
        request,
        "certificates/group_credits.html",
        {"event": group.event, "group": group, "people": credits_shown_to_owner(group)},
    )
