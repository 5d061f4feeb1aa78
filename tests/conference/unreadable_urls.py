"""Addresses whose views let through what no view should."""

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from conference.access import PUBLIC, access


@access(PUBLIC)
def asks_the_database_for_too_much(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::integer", ["9" * 40])
    return HttpResponse("This must never be seen.")


@access(PUBLIC)
def waits_for_too_long(_request: HttpRequest) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10ms'")
        cursor.execute("SELECT pg_sleep(5)")
    return HttpResponse("This must never be seen.")


@access(PUBLIC)
def has_a_bug(_request: HttpRequest) -> HttpResponse:
    raise LookupError


urlpatterns = [
    path("too-much/", asks_the_database_for_too_much),
    path("bug/", has_a_bug),
    path("slow/", waits_for_too_long),
    path("api/slow/", waits_for_too_long),
]
