"""The back office: correct words; times, rooms and states are changed by operations alone."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from conference.admin import Repair, Window
from schedule.models import Programme, Session, SessionSpeaker, Speaker, Track
from schedule.operations.searching import refresh_programme


class ProgrammeRepair(Repair):
    """Whatever is corrected here is found by its new words, and pages are made anew."""

    list_filter: tuple[str, ...] = ("event",)
    list_select_related: tuple[str, ...] = ("event",)

    def event_id_of(self, row: Any) -> int:
        return int(row.event_id)

    def save_model(self, request: HttpRequest, obj: Any, *arguments: Any) -> None:
        super().save_model(request, obj, *arguments)
        refresh_programme(self.event_id_of(obj), at=timezone.now())


@admin.register(Programme)
class ProgrammeAdmin(Window):
    list_display = ("event", "state", "version", "changed_at")
    list_select_related = ("event",)


@admin.register(Track)
class TrackAdmin(ProgrammeRepair):
    list_display = ("name", "event", "colour", "sort_key")


@admin.register(Session)
class SessionAdmin(ProgrammeRepair):
    list_display = ("title", "event", "kind", "starts_at", "room", "state")
    list_filter = ("event", "state", "kind")
    list_select_related = ("event", "room")
    search_fields = ("search_text", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [
            *super().get_readonly_fields(request, obj),
            "event", "external_id", "room", "starts_at", "ends_at", "cancelled_at", "revision",
            "changed_at", "links", "actual_start_at", "actual_end_at",
        ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # sessions come from a file

    def save_model(self, request: HttpRequest, obj: Any, *arguments: Any) -> None:
        obj.changed_at = timezone.now()
        super().save_model(request, obj, *arguments)


@admin.register(Speaker)
class SpeakerAdmin(ProgrammeRepair):
    list_display = ("name", "institution", "country", "event")
    search_fields = ("name",)
    raw_id_fields = ("user",)


@admin.register(SessionSpeaker)
class SessionSpeakerAdmin(ProgrammeRepair):
    list_display = ("speaker", "role", "session")
    list_filter = ("role", "session__event")
    list_select_related = ("speaker", "session")
    raw_id_fields = ("session", "speaker")

    def event_id_of(self, row: Any) -> int:
        return int(row.session.event_id)
