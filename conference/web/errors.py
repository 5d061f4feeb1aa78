from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from conference.access import PUBLIC, access


@access(PUBLIC)
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A page left open overnight: show what was typed and offer to send it again."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]
    return render(request, "conference/csrf_failed.html", {"typed": typed}, status=403)


def page_not_found(request: HttpRequest, exception: Any) -> HttpResponse:  # noqa: ARG001
    if is_for_a_program(request):
        return refused_in_json("not_found", _("Not found."), status=404)
    return render(request, "404.html", status=404)


def is_for_a_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def refused_in_json(code: str, detail: str, *, status: int) -> HttpResponse:
    """What `conference.api.errors` says where no view of the API was reached."""
    return JsonResponse({"code": code, "detail": detail, "fields": {}}, status=status)


def bad_request(request: HttpRequest, exception: Any) -> HttpResponse:  # noqa: ARG001
    """Unlike Django's own, this does not read the body again: reading may be what failed."""
    if is_for_a_program(request):
        return refused_in_json("unreadable", _("We could not read what was sent."), status=400)
    return HttpResponseBadRequest(render_to_string("400.html"))
