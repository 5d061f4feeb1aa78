from django.urls import URLPattern, URLResolver

app_name = "registration_api"
urlpatterns: list[URLPattern | URLResolver] = []
