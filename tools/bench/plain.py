"""Yardstick Y1: the plainest JSON view of Django, on the same server with the same options."""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, JsonResponse
from django.urls import path

settings.configure(
    SECRET_KEY="only-a-yardstick", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[]
)


def plain(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"answer": 42})


urlpatterns = [path("", plain)]
django.setup()
application = WSGIHandler()
