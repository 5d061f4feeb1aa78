"""Below /desk/<event>/catalogue/."""

from django.urls import URLPattern, URLResolver, path

from registration.web.catalogue import overview, things, vouchers
from registration.web.catalogue.editing import paths_of

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="catalogue"),
    *paths_of(things.TICKET_TYPE),
    *paths_of(things.VARIATION),
    *paths_of(things.WORKSHOP),
    *paths_of(things.QUOTA),
    path("vouchers/", vouchers.vouchers, name="vouchers"),
    path("vouchers.csv", vouchers.vouchers_csv, name="vouchers_csv"),
    path("vouchers/make/", vouchers.make, name="make_vouchers"),
    path("vouchers/invite/", vouchers.invite, name="invite"),
    path("vouchers/<int:voucher_id>/", vouchers.voucher, name="voucher"),
    path("vouchers/<int:voucher_id>/keep/", vouchers.keep, name="keep_places"),
    path("vouchers/<int:voucher_id>/give-back/", vouchers.give_back, name="give_back_places"),
    path("vouchers/<int:voucher_id>/end/", vouchers.end, name="end_voucher"),
]
