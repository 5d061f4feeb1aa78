"""Addresses about money: paying, messages of providers, and the desk's money."""

from django.urls import URLPattern, URLResolver, path

from registration.web import desk_money, desk_providers, desk_statements, paying, webhooks

DESK = "desk/<slug:event_slug>/money/"
ORDER = "desk/<slug:event_slug>/orders/<int:order_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("o/<str:token>/pay/", paying.pay, name="pay"),
    path("o/<str:token>/pay/<str:attempt_token>/", paying.payment_attempt, name="payment_attempt"),
    path("o/<str:token>/pay/<str:attempt_token>/go/", paying.go_and_pay, name="go_and_pay"),
    path("webhooks/<str:provider>/<str:token>/", webhooks.webhook, name="webhook"),
    path(DESK, desk_money.money, name="desk_money"),
    path(f"{ORDER}money/", desk_money.order_money, name="desk_order_money"),
    path(f"{ORDER}refund", desk_money.refund, name="desk_refund"),
    path(f"{ORDER}instalments", desk_money.instalments, name="desk_instalments"),
    path(f"{ORDER}seat", desk_money.seat, name="desk_give_seat"),
    path(f"{ORDER}send-back", desk_money.send_back, name="desk_send_back"),
    path(f"{DESK}refunds/<int:refund_id>/sent", desk_money.refund_sent, name="desk_refund_sent"),
    path(
        f"{DESK}refunds/<int:refund_id>/cancel", desk_money.refund_cancel, name="desk_refund_cancel"
    ),
    path(f"{DESK}attempts/<int:attempt_id>/reviewed", desk_money.reviewed, name="desk_reviewed"),
    path(f"{DESK}ways/", desk_providers.ways, name="desk_ways_of_payment"),
    path(f"{DESK}ways/change", desk_providers.change, name="desk_change_ways"),
    path(
        f"{DESK}ways/<str:provider>/connect", desk_providers.connect, name="desk_connect_provider"
    ),
    path(f"{DESK}ways/<str:provider>/test", desk_providers.test, name="desk_test_provider"),
    path(f"{DESK}statement/", desk_statements.statement, name="desk_statement"),
    path(f"{DESK}statement/upload", desk_statements.upload, name="desk_statement_upload"),
    path(f"{DESK}statement/decide", desk_statements.decide, name="desk_statement_decide"),
]
