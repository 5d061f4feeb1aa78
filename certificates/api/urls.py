from django.urls import URLPattern, URLResolver

app_name = "certificates_api"
urlpatterns: list[URLPattern | URLResolver] = []
