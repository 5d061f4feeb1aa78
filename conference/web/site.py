"""Pages of the installation: the demo's mailbox, liveness, theme."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from conference.access import PUBLIC, access
from conference.models import EmailMessage

LONGEST_ADDRESS = 2000


@access(PUBLIC)
@require_GET
def livez(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@access(PUBLIC)
@require_GET
def favicon(_request: HttpRequest) -> HttpResponse:
    """Answers that are not our pages (JSON, errors) name no icon; browsers then ask here."""
    return redirect(static("conference/img/favicon.svg"))


@access(PUBLIC)
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    # An address, never a name for Django to look up; and no longer than a header may be.
    if not is_ours or not target.startswith("/") or len(target) > LONGEST_ADDRESS:
        target = "/"
    response = HttpResponseRedirect(target)
    theme = request.POST.get("theme", "")
    if theme in ("light", "dark"):
        response.set_cookie("theme", theme, max_age=31_536_000, samesite="Lax")
    else:
        response.delete_cookie("theme")
    return response


@access(PUBLIC)
@require_GET
def demo_mail(request: HttpRequest) -> HttpResponse:
    """The letters of the demo, newest first. Only in the demo does anybody see them."""
    if not settings.DEMO:
        raise Http404
    return render(request, "conference/demo_mail.html", {"emails": EmailMessage.objects.all()[:50]})


@access(PUBLIC)
@require_GET
def demo_letter(request: HttpRequest, email_id: int) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    email = get_object_or_404(EmailMessage, pk=email_id)
    return render(request, "conference/demo_letter.html", {"email": email})
