from django.urls import path

from conference.web import (
    desk,
    desk_duplicate,
    desk_jobs,
    desk_keys,
    desk_webhooks,
    privacy,
    site,
    styleguide,
)

app_name = "conference"
urlpatterns = [
    path("theme/", site.choose_theme, name="theme"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("favicon.ico", site.favicon, name="favicon"),
    path("livez", site.livez, name="livez"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("mail/", site.demo_mail, name="demo_mail"),
    path("mail/<int:email_id>/", site.demo_letter, name="demo_letter"),
    path("desk/<slug:event_slug>/jobs/", desk_jobs.jobs, name="jobs"),
    path("desk/<slug:event_slug>/jobs/<uuid:uid>/", desk_jobs.job, name="job"),
    path("desk/<slug:event_slug>/jobs/<uuid:uid>/cancel", desk_jobs.cancel, name="job_cancel"),
    path("desk/<slug:event_slug>/jobs/<uuid:uid>/file", desk_jobs.job_file, name="job_file"),
    path("desk/<slug:event_slug>/team/", desk.members, name="team"),
    path("desk/<slug:event_slug>/team/<int:membership_id>/remove", desk.remove, name="team_remove"),
    path("desk/<slug:event_slug>/api-keys/", desk_keys.keys, name="api_keys"),
    path(
        "desk/<slug:event_slug>/api-keys/<int:key_id>/revoke",
        desk_keys.revoke,
        name="api_key_revoke",
    ),
    path("desk/<slug:event_slug>/duplicate/", desk_duplicate.duplicate, name="duplicate"),
    path("desk/<slug:event_slug>/webhooks/", desk_webhooks.webhooks, name="webhooks"),
    path(
        "desk/<slug:event_slug>/webhooks/<int:endpoint_id>/", desk_webhooks.webhook, name="webhook"
    ),
    path(
        "desk/<slug:event_slug>/webhooks/<int:endpoint_id>/trial",
        desk_webhooks.trial,
        name="webhook_trial",
    ),
    path(
        "desk/<slug:event_slug>/webhooks/<int:endpoint_id>/stop",
        desk_webhooks.stop,
        name="webhook_stop",
    ),
    path(
        "desk/<slug:event_slug>/webhooks/<int:endpoint_id>/start",
        desk_webhooks.start,
        name="webhook_start",
    ),
    path(
        "desk/<slug:event_slug>/webhooks/deliveries/<int:delivery_id>/replay",
        desk_webhooks.replay,
        name="webhook_replay",
    ),
    path("desk/<slug:event_slug>/history/", desk.history, name="history"),
]
