from django.urls import URLPattern, URLResolver, path

from certificates.web import badges, desk, groups, people, verification

app_name = "certificates"
urlpatterns: list[URLPattern | URLResolver] = [
    path("r/<str:token>/credits/", people.credits, name="credits"),
    path("r/<str:token>/credits/evaluation/", people.evaluation, name="evaluation"),
    path("r/<str:token>/credits/<int:designation_id>/claim/", people.claim, name="claim"),
    path(
        "r/<str:token>/certificates/presence/",
        people.presence_certificate,
        name="presence_certificate",
    ),
    path(
        "r/<str:token>/certificates/<str:public_id>.pdf",
        people.certificate_file,
        name="certificate_file",
    ),
    path("g/<str:token>/credits/", groups.group_credits, name="group_credits"),
    path("v/", verification.by_code, name="verification_by_code"),
    path("v/<str:public_id>/", verification.verification, name="verification"),
    path("desk/<slug:event_slug>/certificates/", desk.listing, name="desk"),
    path("desk/<slug:event_slug>/certificates/render/", desk.render_missing, name="desk_render"),
    path("desk/<slug:event_slug>/certificates/certify/", desk.certify_all, name="desk_certify"),
    path("desk/<slug:event_slug>/certificates/<int:certificate_id>/", desk.one, name="desk_one"),
    path(
        "desk/<slug:event_slug>/certificates/<int:certificate_id>/revoke/",
        desk.revoke,
        name="desk_revoke",
    ),
    path(
        "desk/<slug:event_slug>/certificates/<int:certificate_id>/reissue/",
        desk.reissue,
        name="desk_reissue",
    ),
    path("desk/<slug:event_slug>/badges/", badges.badges, name="badges"),
]
