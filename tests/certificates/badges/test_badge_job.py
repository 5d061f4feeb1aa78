import datetime as dt
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from certificates.operations import badges
from certificates.operations.badges import request_badges
from conference.kernel import content_store
from conference.kernel.errors import InputRefused
from conference.models import HistoryEntry, Job
from conference.operations.jobs import drain_job
from conference.states import JobState
from registration.models import Badge
from registration.states import RegistrationState
from tests.certificates.badges.people import make_registration, make_ticket_type
from tests.conftest import NOON

LATER = NOON + dt.timedelta(minutes=1)


@pytest.fixture
def ticket_type(event):
    return make_ticket_type(event)


@pytest.fixture
def _small_pieces(monkeypatch):
    monkeypatch.setattr(badges, "BADGES_PER_ITEM", 4)


def drained(job: Job) -> Job:
    drain_job(job.pk, worker="test", now=lambda: LATER, until=LATER + dt.timedelta(minutes=5))
    job.refresh_from_db()
    return job


def pages_of(job: Job, media_root: str):
    return pypdfium2.PdfDocument(content_store.load(Path(media_root), job.result.sha256))


def tokens_on(page) -> list[str]:
    return sorted(barcode.text for barcode in zxingcpp.read_barcodes(page.render(scale=2).to_pil()))


def test_every_confirmed_person_gets_one_badge_with_her_code(
    event, ticket_type, organiser, settings, _small_pieces
):
    people = [make_registration(ticket_type, email=f"p{n}@example.org") for n in range(6)]
    make_registration(
        ticket_type,
        email="gone@example.org",
        state=RegistrationState.CANCELLED,
        ended_at=NOON,
    )

    job = drained(request_badges(event_id=event.pk, layout="a6", actor=organiser, at=NOON))

    assert (job.state, job.total, job.problem) == (JobState.DONE, 2, "")
    pages = pages_of(job, settings.MEDIA_ROOT)
    assert [tokens_on(page) for page in pages] == [
        [Badge.objects.get(registration=person).token] for person in people
    ]
    assert set(Badge.objects.values_list("printed_at", flat=True)) == {
        Badge.objects.get(registration=people[0]).printed_at
    }
    assert Badge.objects.filter(printed_at__isnull=False).count() == 6


def test_a_sheet_carries_four_badges_and_a_fold_the_same_one_twice(
    event, ticket_type, organiser, settings
):
    people = [make_registration(ticket_type, email=f"p{n}@example.org") for n in range(5)]

    sheet = drained(request_badges(event_id=event.pk, layout="sheet", actor=organiser, at=NOON))
    fold = drained(request_badges(event_id=event.pk, layout="fold", actor=organiser, at=NOON))

    tokens = [Badge.objects.get(registration=person).token for person in people]
    assert [tokens_on(page) for page in pages_of(sheet, settings.MEDIA_ROOT)] == [
        sorted(tokens[:4]),
        tokens[4:],
    ]
    assert [tokens_on(page) for page in pages_of(fold, settings.MEDIA_ROOT)] == [
        [token, token] for token in tokens
    ]


def test_only_new_leaves_out_who_has_a_printed_badge(event, ticket_type, organiser, settings):
    make_registration(ticket_type, email="early@example.org")
    drained(request_badges(event_id=event.pk, layout="a6", actor=organiser, at=NOON))
    late = make_registration(ticket_type, email="late@example.org")

    job = drained(
        request_badges(event_id=event.pk, layout="a6", only_new=True, actor=organiser, at=NOON)
    )

    pages = pages_of(job, settings.MEDIA_ROOT)
    assert [tokens_on(page) for page in pages] == [[Badge.objects.get(registration=late).token]]


def test_a_replaced_badge_is_new_again(event, ticket_type, organiser, settings):
    person = make_registration(ticket_type, email="lost@example.org")
    drained(request_badges(event_id=event.pk, layout="a6", actor=organiser, at=NOON))
    Badge.objects.filter(registration=person).update(revoked_at=LATER)
    replacement = Badge.objects.create(registration=person, issued_at=LATER)

    job = drained(
        request_badges(event_id=event.pk, layout="a6", only_new=True, actor=organiser, at=LATER)
    )

    pages = pages_of(job, settings.MEDIA_ROOT)
    assert [tokens_on(page) for page in pages] == [[replacement.token]]


def test_who_is_cancelled_after_the_request_gets_no_badge(event, ticket_type, organiser, settings):
    make_registration(ticket_type, email="stays@example.org")
    leaves = make_registration(ticket_type, email="leaves@example.org")
    job = request_badges(event_id=event.pk, layout="a6", actor=organiser, at=NOON)
    leaves.state, leaves.ended_at = RegistrationState.CANCELLED, NOON
    leaves.save(update_fields=("state", "ended_at"))

    job = drained(job)

    assert len(pages_of(job, settings.MEDIA_ROOT)) == 1
    assert Badge.objects.get(registration=leaves).printed_at is None


@pytest.mark.parametrize(("layout", "code"), [("a5", "invalid"), ("", "invalid")])
def test_an_unknown_layout_is_refused_and_nothing_is_ordered(
    event, ticket_type, organiser, layout, code
):
    make_registration(ticket_type, email="p@example.org")

    with pytest.raises(InputRefused, match=r"[Ll]ayout|disposición") as refused:
        request_badges(event_id=event.pk, layout=layout, actor=organiser, at=NOON)

    assert (refused.value.code, refused.value.field) == (code, "layout")
    assert Job.objects.count() == Badge.objects.count() == HistoryEntry.objects.count() == 0


def test_nobody_to_print_for_is_refused(event, ticket_type, organiser):
    with pytest.raises(InputRefused):
        request_badges(event_id=event.pk, layout="a6", actor=organiser, at=NOON)

    assert Job.objects.count() == 0
