"""Addresses whose views let through what no view should."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from conference.access import PUBLIC, access


@access(PUBLIC)
def asks_the_database_for_too_much(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::integer", ["9" * 40])
    return HttpResponse("This must never be seen.")


@access(PUBLIC)
def has_a_bug(_request: HttpRequest) -> HttpResponse:
    raise LookupError


urlpatterns = [
    path("too-much/", asks_the_database_for_too_much),
    path("bug/", has_a_bug),
]
