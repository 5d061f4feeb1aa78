from django.urls import URLPattern, URLResolver, path

from schedule.api import views

app_name = "schedule_api"
EVENT = "events/<slug:event_slug>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{EVENT}sessions/", views.Sessions.as_view(), name="sessions"),
    path(f"{EVENT}sessions/<slug:code>/", views.OneSession.as_view(), name="session"),
    path(f"{EVENT}tracks/", views.Tracks.as_view(), name="tracks"),
    path(f"{EVENT}rooms/", views.Rooms.as_view(), name="rooms"),
    path(f"{EVENT}speakers/", views.Speakers.as_view(), name="speakers"),
]
