"""The organiser's desk: long work, how far it is, its file."""

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from conference.access import access, team
from conference.kernel import content_store
from conference.kernel.errors import DomainError
from conference.models import Job
from conference.operations.jobs import cancel_job
from conference.queries import jobs_of_event, problems_of, progress_of
from conference.states import JobState, Role

FILE_ENDINGS = {"application/pdf": "pdf", "text/csv": "csv", "application/zip": "zip"}


@access(team(Role.ORGANISER))
@require_GET
def jobs(request: Any, event_slug: str) -> HttpResponse:  # noqa: ARG001 - in the address
    page = Paginator(jobs_of_event(request.event), 30).get_page(request.GET.get("page"))
    return render(request, "conference/desk/jobs.html", {"event": request.event, "page": page})


@access(team(Role.ORGANISER))
@require_GET
@vary_on_headers("HX-Request")
def job(request: Any, event_slug: str, uid: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    found = _job(request, uid)
    # A poll gets the part that changes; a plain reload gets the page around it too.
    template = "conference/desk/job.html" + ("#progress" if request.htmx else "")
    return render(
        request,
        template,
        {
            "event": request.event,
            "job": found,
            "progress": progress_of(found),
            "problems": problems_of(found),
            "is_open": found.state in (JobState.QUEUED, JobState.RUNNING),
        },
    )


@access(team(Role.ORGANISER))
@require_POST
def cancel(request: Any, event_slug: str, uid: uuid.UUID) -> HttpResponse:
    found = _job(request, uid)
    try:
        cancel_job(found.pk, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The job was cancelled. What was done is kept."))
    return redirect("conference:job", event_slug, uid)


@access(team(Role.ORGANISER))
@require_GET
def job_file(request: Any, event_slug: str, uid: uuid.UUID) -> HttpResponse:
    found = _job(request, uid)
    if found.result is None:
        raise Http404
    try:
        content = content_store.load(Path(settings.MEDIA_ROOT), found.result.sha256)
    except (FileNotFoundError, ValueError) as error:
        raise Http404(_("The file is not there any more. Please order it again.")) from error
    ending = FILE_ENDINGS.get(found.result.media_type, "bin")
    return HttpResponse(
        content,
        content_type=found.result.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{found.kind}-{event_slug}.{ending}"'
        },
    )


def _job(request: HttpRequest, uid: uuid.UUID) -> Job:
    jobs = jobs_of_event(request.event)  # type: ignore[attr-defined] # set by the access middleware
    found: Job = get_object_or_404(jobs, uid=uid)
    return found
