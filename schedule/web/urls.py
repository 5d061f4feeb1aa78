from django.urls import URLPattern, URLResolver, path

from schedule.web import feeds, programme

app_name = "schedule"
PROGRAMME = "e/<slug:event_slug>/programme/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(PROGRAMME, programme.programme, name="programme"),
    path(f"{PROGRAMME}programme.ics", feeds.programme_ical, name="programme_ical"),
    path(f"{PROGRAMME}schedule.json", feeds.schedule_json, name="schedule_json"),
    path(f"{PROGRAMME}schedule.xml", feeds.schedule_xml, name="schedule_xml"),
    path(f"{PROGRAMME}<slug:code>/", programme.session, name="session"),
    path(f"{PROGRAMME}<slug:code>.ics", feeds.session_ical, name="session_ical"),
]
