from django.urls import URLPattern, URLResolver, path

from schedule.web import desk, feeds, programme

app_name = "schedule"
PROGRAMME = "e/<slug:event_slug>/programme/"
DESK = "desk/<slug:event_slug>/programme/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(PROGRAMME, programme.programme, name="programme"),
    path(f"{PROGRAMME}programme.ics", feeds.programme_ical, name="programme_ical"),
    path(f"{PROGRAMME}schedule.json", feeds.schedule_json, name="schedule_json"),
    path(f"{PROGRAMME}schedule.xml", feeds.schedule_xml, name="schedule_xml"),
    path(f"{PROGRAMME}<slug:code>/", programme.session, name="session"),
    path(f"{PROGRAMME}<slug:code>.ics", feeds.session_ical, name="session_ical"),
    path(DESK, desk.desk, name="desk"),
    path(f"{DESK}import/", desk.import_file, name="desk_import"),
    path(f"{DESK}publish/", desk.publish, name="desk_publish"),
    path(f"{DESK}unpublish/", desk.unpublish, name="desk_unpublish"),
    path(f"{DESK}<int:session_id>/cancel/", desk.cancel, name="desk_cancel"),
    path(f"{DESK}<int:session_id>/restore/", desk.restore, name="desk_restore"),
]
