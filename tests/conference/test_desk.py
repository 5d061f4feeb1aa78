import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from conference.kernel.job_kinds import FileContent, JobKind, register_job_kind
from conference.models import HistoryEntry, Job, Membership, User
from conference.operations.jobs import drain_job, request_job
from conference.operations.teams import LastOrganiser, invite_member, remove_member
from conference.states import EventAction, JobState, Role
from tests.conftest import NOON, signed_in


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def client_of():
    def make(user: User):
        client = signed_in(user)
        client.cookies["django_language"] = "en"
        return client

    return make


@pytest.fixture
def job(event, organiser) -> Job:
    register_job_kind(
        JobKind(
            name="tests.desk",
            title="Trial",
            do_item=lambda _job_id, _subject_id: None,
            finish=lambda _job_id: FileContent(b"%PDF-", "application/pdf"),
        )
    )
    return request_job(
        "tests.desk", event=event, subject_ids=[1, 2], options={}, actor=organiser, at=NOON
    )


def drained(job: Job) -> Job:
    drain_job(job.pk, worker="w", now=lambda: NOON, until=NOON + dt.timedelta(minutes=1))
    job.refresh_from_db()
    return job


def test_the_page_of_a_running_job_polls_and_answers_the_poll_with_its_part(
    event, organiser, job, client_of
):
    client = client_of(organiser)
    address = reverse("conference:job", args=[event.slug, job.uid])

    page = client.get(address).content.decode()
    part = client.get(address, headers={"HX-Request": "true"})

    assert f'hx-get="{address}"' in page
    assert "<h1>Trial</h1>" in page
    assert "<html" not in part.content.decode()
    assert "0 of 2 done (0 %)" in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_a_finished_job_polls_no_more_and_offers_its_file(event, organiser, job, client_of):
    drained(job)
    client = client_of(organiser)

    page = client.get(reverse("conference:job", args=[event.slug, job.uid])).content.decode()
    file = client.get(reverse("conference:job_file", args=[event.slug, job.uid]))

    assert "hx-get" not in page
    assert "2 of 2 done (100 %)" in page
    assert (file.content, file["Content-Type"]) == (b"%PDF-", "application/pdf")
    assert file["Content-Disposition"] == f'attachment; filename="tests.desk-{event.slug}.pdf"'


def test_a_job_without_a_file_has_none_to_download(event, organiser, job, client_of):
    response = client_of(organiser).get(reverse("conference:job_file", args=[event.slug, job.uid]))

    assert response.status_code == 404


def test_the_job_of_another_event_does_not_exist_here(other_event, other_organiser, job, client_of):
    client = client_of(other_organiser)

    for name in ("job", "job_file"):
        address = reverse(f"conference:{name}", args=[other_event.slug, job.uid])
        assert client.get(address).status_code == 404
    cancel = reverse("conference:job_cancel", args=[other_event.slug, job.uid])
    assert client.post(cancel).status_code == 404
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_a_job_is_cancelled_once(event, organiser, job, client_of):
    client = client_of(organiser)
    address = reverse("conference:job_cancel", args=[event.slug, job.uid])

    first = client.post(address, follow=True).content.decode()
    second = client.post(address, follow=True).content.decode()

    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert "The job was cancelled." in first
    assert "cannot become" in second
    assert HistoryEntry.objects.filter(action=EventAction.JOB_CANCELLED).count() == 1


def test_the_list_of_jobs_costs_the_same_for_one_and_for_three(
    organiser, job, client_of, django_assert_num_queries
):
    event = job.event
    client = client_of(organiser)
    address = reverse("conference:jobs", args=[event.slug])
    with django_assert_num_queries(6):  # session, user, event, role, count, jobs
        client.get(address)
    for subject_id in (2, 3):
        request_job(
            "tests.desk",
            event=event,
            subject_ids=[subject_id],
            options={},
            actor=organiser,
            at=NOON,
        )

    with django_assert_num_queries(6):
        page = client.get(address).content.decode()

    assert page.count('<th scope="row"><a href="/desk/') == 3


def test_history_says_in_words_what_happened_and_who_did_it(event, organiser, job, client_of):
    page = client_of(organiser).get(reverse("conference:history", args=[event.slug]))

    assert "Job requested" in page.content.decode()
    assert "Organiser" in page.content.decode()


def test_somebody_new_is_added_to_the_team_by_her_address(event, organiser, client_of):
    address = reverse("conference:team", args=[event.slug])

    response = client_of(organiser).post(address, {"email": "new@example.org", "role": "door"})

    assert (response.status_code, response["Location"]) == (302, address)
    member = Membership.objects.get(user__email="new@example.org")
    assert (member.event, member.role) == (event, Role.DOOR)
    assert not member.user.has_usable_password()


@pytest.mark.parametrize(
    ("email", "role"), [("no address", "door"), ("a@example.org", "queen"), ("", "")]
)
def test_a_wrong_address_or_role_is_refused_and_kept_in_the_form(
    event, organiser, client_of, email, role
):
    response = client_of(organiser).post(
        reverse("conference:team", args=[event.slug]), {"email": email, "role": role}
    )

    assert response.status_code == 422
    assert f'value="{email}"' in response.content.decode() or not email
    assert Membership.objects.filter(event=event).count() == 1


def test_the_last_organiser_stays(event, organiser):
    member = Membership.objects.get(user=organiser)

    with pytest.raises(LastOrganiser) as refused:
        remove_member(membership_id=member.pk, event_id=event.pk, actor=organiser, at=NOON)

    assert refused.value.code == "last_organiser"
    assert Membership.objects.filter(pk=member.pk).exists()
    assert HistoryEntry.objects.count() == 0


def test_one_of_two_organisers_may_go(event, organiser):
    second = invite_member(
        event_id=event.pk, email="second@example.org", role="organiser", actor=organiser, at=NOON
    )

    remove_member(membership_id=second.pk, event_id=event.pk, actor=organiser, at=NOON)

    assert list(Membership.objects.filter(event=event).values_list("user", flat=True)) == [
        organiser.pk
    ]


def test_a_member_of_another_event_cannot_be_removed_here(
    other_event, other_organiser, organiser, client_of
):
    member = Membership.objects.get(user=organiser)

    response = client_of(other_organiser).post(
        reverse("conference:team_remove", args=[other_event.slug, member.pk])
    )

    assert response.status_code == 404
    assert Membership.objects.filter(pk=member.pk).exists()


@pytest.mark.parametrize("name", ["jobs", "team", "history"])
def test_a_door_volunteer_has_no_business_at_the_desk(event, door_volunteer, client_of, name):
    response = client_of(door_volunteer).get(reverse(f"conference:{name}", args=[event.slug]))

    assert response.status_code == 404
