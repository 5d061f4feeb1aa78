from django.contrib import admin

from conference.admin import Repair, Window
from schedule.models import Programme, Session, Speaker, Track


@admin.register(Programme)
class ProgrammeAdmin(Window):
    list_display = ("event", "state", "version", "published_at")
    list_select_related = ("event",)


@admin.register(Track)
class TrackAdmin(Repair):
    list_display = ("name", "event", "colour")
    list_filter = ("event",)
    list_select_related = ("event",)


@admin.register(Session)
class SessionAdmin(Window):
    list_display = ("title", "event", "room", "starts_at", "state")
    list_filter = ("event", "state", "kind")
    list_select_related = ("event", "room")
    search_fields = ("search_text",)


@admin.register(Speaker)
class SpeakerAdmin(Window):
    list_display = ("name", "institution", "event")
    list_filter = ("event",)
    list_select_related = ("event",)
    search_fields = ("name",)
