"""Addresses about money: paying, messages of providers, and the desk's money."""

from django.urls import URLPattern, URLResolver, path

from registration.web import paying, webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("o/<str:token>/pay/", paying.pay, name="pay"),
    path("o/<str:token>/pay/<str:attempt_token>/", paying.payment_attempt, name="payment_attempt"),
    path("o/<str:token>/pay/<str:attempt_token>/go/", paying.go_and_pay, name="go_and_pay"),
    path("webhooks/<str:provider>/<str:token>/", webhooks.webhook, name="webhook"),
]
