import pytest
from django.contrib import admin
from django.urls import reverse

from conference.admin import SECRETS, WRITTEN_BY_OPERATIONS, Window
from conference.models import Event, HistoryEntry, Job, User
from conference.states import JobState
from tests.certificates.badges.people import make_registration, make_ticket_type
from tests.conftest import NOON, signed_in

OURS = {"conference", "schedule", "registration", "certificates"}
OUR_MODELS = [model for model in admin.site._registry if model._meta.app_label in OURS]
WINDOWS = [model for model in OUR_MODELS if isinstance(admin.site._registry[model], Window)]


def address(model, page="changelist", *arguments) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


@pytest.fixture
def superuser(db) -> User:
    return User.objects.create_superuser("root@example.org", "a long password")


def test_each_app_has_windows():
    assert {model._meta.app_label for model in OUR_MODELS} == OURS


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_every_list_opens(model, superuser):
    assert signed_in(superuser).get(address(model)).status_code == 200


@pytest.mark.parametrize("model", WINDOWS, ids=lambda model: model.__name__)
def test_what_operations_write_cannot_be_added_by_hand(model, superuser):
    assert signed_in(superuser).get(address(model, "add")).status_code == 403


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_no_state_is_editable_and_no_secret_is_shown(model, superuser, rf):
    request = rf.get("/")
    request.user = superuser
    window = admin.site._registry[model]
    shown = set(window.get_fields(request, model()))
    editable = shown - set(window.get_readonly_fields(request, model()))

    assert not editable & WRITTEN_BY_OPERATIONS
    assert not shown & SECRETS
    assert not window.has_delete_permission(request, None)


def test_a_posted_state_changes_nothing(event, superuser):
    registration = make_registration(make_ticket_type(event), email="p@example.org")
    job = Job.objects.create(event=event, kind="k", total=1, requested_at=NOON)
    client = signed_in(superuser)

    for one in (registration, job, registration.order):
        page = address(type(one), "change", one.pk)
        assert client.get(page).status_code == 200
        assert client.post(page, {"state": "cancelled"}).status_code == 403
        assert client.post(address(type(one), "delete", one.pk), {"post": "yes"}).status_code == 403

    job.refresh_from_db()
    registration.refresh_from_db()
    assert (job.state, registration.state) == (JobState.QUEUED, "confirmed")


def test_an_event_is_corrected_and_its_publication_is_not(event, superuser):
    client = signed_in(superuser)
    page = address(Event, "change", event.pk)
    form = client.get(page).context["adminform"].form
    sent = {
        name: form.initial.get(name) or ""
        for name in form.fields
        if not name.startswith(("name", "summary", "languages", "subjects"))
    }
    before = event.published_at

    response = client.post(
        page,
        {
            **sent,
            "name_0": "Congreso",
            "short_name": "Corregido",
            "published_at": "",
            "languages": ["es", "fr"],
            "subjects": ["trauma"],
        },
    )

    assert response.status_code == 302
    event.refresh_from_db()
    assert (event.short_name, event.published_at) == ("Corregido", before)
    assert (event.languages, event.subjects) == (["es", "fr"], ["trauma"])


def test_the_back_office_is_for_staff_alone(event, organiser):
    response = signed_in(organiser).get(reverse("admin:index"))

    assert response.status_code == 302
    assert "/login/" in response["Location"]


def test_only_the_back_office_may_evaluate_scripts(event, superuser):
    client = signed_in(superuser)

    admin_policy = client.get(reverse("admin:index"))["Content-Security-Policy"]
    page_policy = client.get(reverse("registration:front"))["Content-Security-Policy"]

    assert "script-src 'self' 'unsafe-eval'" in admin_policy
    assert "style-src 'self' 'unsafe-inline'" in admin_policy
    assert "unsafe" not in page_policy


def test_an_event_is_published_from_the_back_office_with_a_line_of_history(event, superuser):
    Event.objects.filter(pk=event.pk).update(published_at=None)

    signed_in(superuser).post(address(Event), {"action": "publish", "_selected_action": [event.pk]})

    event.refresh_from_db()
    assert event.is_published
    entries = HistoryEntry.objects.filter(action="event.published")
    assert [(entry.actor, entry.subject_id) for entry in entries] == [(superuser, event.pk)]


HOSTILE = (
    "q=%27%22%3E%3Cscript%3E%5C%25_" + "a" * 2000, "o=-99999999999999999999.x.1", "p=-1", "p=x",
    "p=99999999999999999999", "id__exact=99999999999999999999999", "id__in=1,x", "nothing=1",
    "event__id__exact=99999999999999999999999", "state__exact=nowhere", "state__isnull=x",
)  # fmt: skip


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_no_question_to_a_list_is_an_error_of_ours(model, superuser):
    client = signed_in(superuser)
    client.raise_request_exception = False

    answers = {query: client.get(f"{address(model)}?{query}").status_code for query in HOSTILE}

    assert {query: status for query, status in answers.items() if status >= 500} == {}
