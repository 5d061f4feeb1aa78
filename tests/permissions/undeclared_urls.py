from django.http import HttpRequest, HttpResponse
from django.urls import path

from conference.urls import urlpatterns as declared


def undeclared(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("This must never be seen.")


urlpatterns = [path("nobody-said-who/", undeclared), *declared]
