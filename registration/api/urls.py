from django.urls import URLPattern, URLResolver, path

from registration.api import coming, orders, partner_urls, scans

app_name = "registration_api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("events/", coming.Events.as_view(), name="events"),
    path(
        "events/<slug:event_slug>/ticket-types/", orders.TicketTypes.as_view(), name="ticket_types"
    ),
    path("events/<slug:event_slug>/workshops/", orders.Workshops.as_view(), name="workshops"),
    path("events/<slug:event_slug>/orders/", orders.Orders.as_view(), name="orders"),
    path("orders/<str:token>/", orders.OrderByToken.as_view(), name="order"),
    path("events/<slug:event_slug>/scans/", scans.Scans.as_view(), name="scans"),
    path("events/<slug:event_slug>/scan-points/", scans.ScanPoints.as_view(), name="scan_points"),
    *partner_urls.urlpatterns,
]
