from django.urls import URLPattern, URLResolver, path

from registration.web import (
    checkout,
    coming,
    desk,
    desk_documents,
    desk_orders,
    documents,
    door,
    event_page,
    money_urls,
    orders,
    places,
)

app_name = "registration"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", coming.front, name="front"),
    path("past/", coming.past, name="past"),
    path("e/<slug:event_slug>/", event_page.event_page, name="event"),
    path("e/<slug:event_slug>/register/", checkout.choose, name="begin"),
    path("e/<slug:event_slug>/register/total/", checkout.show_total, name="total"),
    path("e/<slug:event_slug>/register/details/", checkout.details, name="details"),
    path("o/<str:token>/", orders.order_page, name="order"),
    *money_urls.urlpatterns,
    path("o/<str:token>/cancel/", orders.cancel, name="cancel_order"),
    path("o/<str:token>/documents/", documents.order_documents, name="order_documents"),
    path(
        "o/<str:token>/documents/<int:document_id>.pdf",
        documents.order_document_file,
        name="order_document_file",
    ),
    path("r/<str:token>/", places.place, name="place"),
    path("r/<str:token>/names/", places.names, name="names"),
    path("r/<str:token>/qr.svg", places.qr_svg, name="qr_svg"),
    path("r/<str:token>/qr.png", places.qr_png, name="qr_png"),
    path("my/", places.my_registrations, name="my_registrations"),
    path("door/<slug:event_slug>/", door.choose_door, name="choose_door"),
    path("door/<slug:event_slug>/<int:point_id>/", door.door, name="door"),
    path("desk/", desk.my_events, name="my_events"),
    path("desk/<slug:event_slug>/", desk.dashboard, name="desk"),
    path("desk/<slug:event_slug>/people/", desk.people, name="desk_people"),
    path("desk/<slug:event_slug>/people.csv", desk.people_csv, name="desk_people_csv"),
    path("desk/<slug:event_slug>/orders/", desk_orders.orders, name="desk_orders"),
    path("desk/<slug:event_slug>/orders/<int:order_id>/", desk_orders.order, name="desk_order"),
    path(
        "desk/<slug:event_slug>/orders/<int:order_id>/payment",
        desk_orders.payment,
        name="desk_payment",
    ),
    path(
        "desk/<slug:event_slug>/orders/<int:order_id>/cancel",
        desk_orders.cancel,
        name="desk_cancel_order",
    ),
    path("desk/<slug:event_slug>/documents/", desk_documents.documents, name="desk_documents"),
    path(
        "desk/<slug:event_slug>/documents/journal.csv",
        desk_documents.journal,
        name="desk_documents_journal",
    ),
    path(
        "desk/<slug:event_slug>/documents/receipts/",
        desk_documents.missing_receipts,
        name="desk_missing_receipts",
    ),
    path(
        "desk/<slug:event_slug>/documents/credit-notes/",
        desk_documents.missing_credit_notes,
        name="desk_missing_credit_notes",
    ),
    path("desk/<slug:event_slug>/documents/issuer/", desk_documents.issuer, name="desk_issuer"),
    path(
        "desk/<slug:event_slug>/documents/<int:document_id>/",
        desk_documents.document,
        name="desk_document",
    ),
    path(
        "desk/<slug:event_slug>/documents/<int:document_id>.pdf",
        desk_documents.document_file,
        name="desk_document_file",
    ),
    path(
        "desk/<slug:event_slug>/documents/<int:document_id>/credit/",
        desk_documents.credit,
        name="desk_credit",
    ),
    path(
        "desk/<slug:event_slug>/documents/<int:document_id>/authorise/",
        desk_documents.authorise,
        name="desk_authorise",
    ),
    path(
        "desk/<slug:event_slug>/orders/<int:order_id>/document/",
        desk_documents.issue,
        name="desk_issue_document",
    ),
]
