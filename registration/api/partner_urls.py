"""For the team and for keys of the event."""

from django.urls import URLPattern, URLResolver, path

from registration.api import partner_actions, partner_catalogue, partner_waiting, partners

DESK = "events/<slug:event_slug>/desk/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{DESK}ticket-types/", partners.TicketTypesInNumbers.as_view(), name="desk_ticket_types"),
    path(f"{DESK}workshops/", partners.WorkshopsInNumbers.as_view(), name="desk_workshops"),
    path(f"{DESK}variations/", partner_catalogue.Variations.as_view(), name="desk_variations"),
    path(f"{DESK}quotas/", partner_catalogue.Quotas.as_view(), name="desk_quotas"),
    path(f"{DESK}questions/", partner_catalogue.Questions.as_view(), name="desk_questions"),
    path(f"{DESK}vouchers/", partner_catalogue.Vouchers.as_view(), name="desk_vouchers"),
    path(f"{DESK}answers/", partner_catalogue.Answers.as_view(), name="desk_answers"),
    path(f"{DESK}orders/", partners.Orders.as_view(), name="desk_orders"),
    path(f"{DESK}orders/<str:reference>/", partners.OneOrder.as_view(), name="desk_order"),
    path(
        f"{DESK}orders/<str:reference>/cancel/",
        partner_actions.CancelOrder.as_view(),
        name="desk_order_cancel",
    ),
    path(
        f"{DESK}orders/<str:reference>/payments/",
        partner_actions.RecordPayment.as_view(),
        name="desk_order_payments",
    ),
    path(f"{DESK}registrations/", partners.Registrations.as_view(), name="desk_registrations"),
    path(
        f"{DESK}registrations/<str:uid>/",
        partner_actions.OneRegistration.as_view(),
        name="desk_registration",
    ),
    path(
        f"{DESK}registrations/<str:uid>/names/",
        partner_actions.Names.as_view(),
        name="desk_registration_names",
    ),
    path(
        f"{DESK}waiting-entries/",
        partner_waiting.WaitingEntries.as_view(),
        name="desk_waiting_entries",
    ),
    path(f"{DESK}payments/", partners.Payments.as_view(), name="desk_payments"),
    path(f"{DESK}ledger/", partners.Ledger.as_view(), name="desk_ledger"),
    path(f"{DESK}scans/", partners.ScanList.as_view(), name="desk_scans"),
]
