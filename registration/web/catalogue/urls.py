"""Below /desk/<event>/catalogue/."""

from django.urls import URLPattern, URLResolver, path

from registration.web.catalogue import (
    overview,
    policy,
    preview,
    price_files,
    prices,
    proofs,
    questions,
    things,
    vouchers,
)
from registration.web.catalogue.editing import paths_of

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="catalogue"),
    *paths_of(things.TICKET_TYPE),
    *paths_of(things.VARIATION),
    *paths_of(things.WORKSHOP),
    *paths_of(things.QUOTA),
    path("prices/", prices.prices, name="prices"),
    path("prices.csv", price_files.prices_csv, name="prices_csv"),
    path("prices/import/", price_files.prices_import, name="prices_import"),
    path("prices/<slug:kind>/<slug:slug>/", prices.matrix, name="matrix"),
    *paths_of(things.PHASE),
    *paths_of(things.SOCIETY),
    path("society/<int:pk>/members/", price_files.members, name="society_members"),
    *paths_of(things.GROUP_DISCOUNT),
    path("questions/", questions.questions, name="questions"),
    *paths_of(things.QUESTION),
    path("policy/", policy.policy, name="policy"),
    path("proofs/", proofs.proof_policy, name="proof_policy"),
    path("preview/", preview.preview, name="preview"),
    path("vouchers/", vouchers.vouchers, name="vouchers"),
    path("vouchers.csv", vouchers.vouchers_csv, name="vouchers_csv"),
    path("vouchers/make/", vouchers.make, name="make_vouchers"),
    path("vouchers/invite/", vouchers.invite, name="invite"),
    path("vouchers/<int:voucher_id>/", vouchers.voucher, name="voucher"),
    path("vouchers/<int:voucher_id>/keep/", vouchers.keep, name="keep_places"),
    path("vouchers/<int:voucher_id>/give-back/", vouchers.give_back, name="give_back_places"),
    path("vouchers/<int:voucher_id>/end/", vouchers.end, name="end_voucher"),
]
