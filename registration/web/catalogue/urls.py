"""Below /desk/<event>/catalogue/."""

from django.urls import URLPattern, URLResolver, path

from registration.web.catalogue import overview, things
from registration.web.catalogue.editing import paths_of

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="catalogue"),
    *paths_of(things.TICKET_TYPE),
    *paths_of(things.VARIATION),
    *paths_of(things.WORKSHOP),
    *paths_of(things.QUOTA),
]
