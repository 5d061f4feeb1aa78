from django.urls import URLPattern, URLResolver, path

from certificates.api import views

app_name = "certificates_api"
urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "certificates/<str:public_id>/", views.CertificateVerification.as_view(), name="certificate"
    ),
]
