"""Every address. Each app brings its pages and its part of the API."""

from django.contrib import admin
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

handler400 = "conference.web.errors.bad_request"
handler404 = "conference.web.errors.page_not_found"

api_patterns: list[URLPattern | URLResolver] = [
    path("", include("schedule.api.urls")),
    path("", include("registration.api.urls")),
    path("", include("certificates.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
]

urlpatterns = [
    path("", include("conference.web.urls")),
    path("", include("schedule.web.urls")),
    path("", include("registration.web.urls")),
    path("", include("certificates.web.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include(api_patterns)),
    path("admin/", admin.site.urls),
]
