from django.urls import URLPattern, URLResolver, path

from registration.web import desk_waiting, taking_offers, waiting

urlpatterns: list[URLPattern | URLResolver] = [
    path("e/<slug:event_slug>/wait/<str:kind>/<slug:slug>/", waiting.join, name="waiting"),
    path("q/<str:token>/", waiting.entry_page, name="waiting_entry"),
    path("q/<str:token>/take/", taking_offers.take, name="waiting_take"),
    path("q/<str:token>/decline/", waiting.decline, name="waiting_decline"),
    path("q/<str:token>/leave/", waiting.leave, name="waiting_leave"),
    path("q/<str:token>/again/", waiting.again, name="waiting_again"),
    path("q/<str:token>/fewer/", waiting.fewer, name="waiting_fewer"),
    path("desk/<slug:event_slug>/waiting/", desk_waiting.lists, name="desk_waiting"),
    path(
        "desk/<slug:event_slug>/waiting/<int:entry_id>/offer",
        desk_waiting.offer,
        name="desk_waiting_offer",
    ),
]
