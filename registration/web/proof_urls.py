"""Pages about proofs of a status: the person's and the reviewer's."""

from django.urls import URLPattern, path

from registration.web import desk_proofs, proofs

urlpatterns: list[URLPattern] = [
    path("r/<str:token>/proof/", proofs.proof, name="proof"),
    path("r/<str:token>/proof/file", proofs.proof_file, name="proof_file"),
    path("desk/<slug:event_slug>/proofs/", desk_proofs.proofs, name="desk_proofs"),
    path("desk/<slug:event_slug>/proofs/<int:proof_id>/", desk_proofs.proof, name="desk_proof"),
    path(
        "desk/<slug:event_slug>/proofs/<int:proof_id>/file",
        desk_proofs.proof_file,
        name="desk_proof_file",
    ),
    path(
        "desk/<slug:event_slug>/proofs/<int:proof_id>/approve/",
        desk_proofs.approve,
        name="desk_approve_proof",
    ),
    path(
        "desk/<slug:event_slug>/proofs/<int:proof_id>/reject/",
        desk_proofs.reject,
        name="desk_reject_proof",
    ),
]
