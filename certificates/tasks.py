"""The long work of this app. Each kind is registered in a block of its own."""

from django.utils import timezone

from certificates.operations import badges
from conference.kernel.job_kinds import FileContent, JobKind, register_job_kind


# --- Badges --------------------------------------------------------------------------------------
def _finish_badges(job_id: int) -> FileContent | None:
    return badges.finish_badges(job_id, at=timezone.now())


register_job_kind(
    JobKind(
        name=badges.BADGES_JOB,
        do_item=badges.render_piece,
        finish=_finish_badges,
        items_at_once=1,  # a piece is 24 badges: a second of work
    )
)
