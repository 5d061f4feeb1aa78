from django.urls import URLPattern, URLResolver

app_name = "schedule_api"
urlpatterns: list[URLPattern | URLResolver] = []
