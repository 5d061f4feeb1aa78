from django.contrib.admin import site
from django.test import RequestFactory

from conference.models import User
from schedule.models import Programme, Session, Speaker
from tests.conftest import NOON
from tests.schedule.factories import give_speaker


def test_a_corrected_name_is_found_and_shown_at_once(event, shock, client) -> None:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True)
    speaker = Speaker.objects.get(name="Ana Ñandú")
    version = Programme.objects.get(event=event).version
    speaker.name = "Ana Güemes"

    site.get_model_admin(Speaker).save_model(request, speaker, None, True)

    shock.refresh_from_db()
    assert "guemes" in shock.search_text
    assert "nandu" not in shock.search_text
    assert Programme.objects.get(event=event).version == version + 1


def test_state_time_and_place_are_not_edited_in_the_back_office(rf) -> None:
    window = site.get_model_admin(Session)

    assert {
        "state", "cancelled_at", "room", "starts_at", "ends_at", "revision", "search_text",
        "external_id", "event",
    } <= set(window.get_readonly_fields(rf.get("/")))  # fmt: skip
    assert window.has_add_permission(rf.get("/")) is False


def test_every_window_opens(event, shock, admin_client) -> None:
    give_speaker(shock, "Bea", position=2)

    for name in ("programme", "track", "session", "speaker", "sessionspeaker"):
        assert admin_client.get(f"/admin/schedule/{name}/").status_code == 200
    assert admin_client.get(f"/admin/schedule/session/{shock.pk}/change/").status_code == 200
    assert shock.changed_at == NOON
