from django.http import HttpRequest, HttpResponse
from django.urls import path

from conference.urls import urlpatterns as all_addresses


def undeclared(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("This must never be seen.")


# The page that says 404 links to the others.
urlpatterns = [*all_addresses, path("nobody-said-who/", undeclared)]
