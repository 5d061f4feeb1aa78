"""
The back office: windows for the organisation's own repair work.

State is never edited here: every change of state is an operation with its lock and its history.
Nothing can be deleted. Other apps build their windows on the two classes of this module.
"""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField
from i18nfield.forms import I18nTextarea, I18nTextInput
from unfold.admin import ModelAdmin
from unfold.widgets import INPUT_CLASSES, TEXTAREA_CLASSES

from conference.models import (
    ApiKey,
    EmailMessage,
    Event,
    HistoryEntry,
    Job,
    Membership,
    Room,
    StoredFile,
    User,
    Venue,
    WebhookDelivery,
    WebhookEndpoint,
)
from conference.operations.opening import publish_event
from conference.states import EventSubject

# What opens doors, pages or accounts is shown to nobody, and letters carry log-in codes.
SECRETS = frozenset(
    {
        "token",
        "submission_token",
        "token_hash",
        "password",
        "subject",
        "text_body",
        "html_body",
        "sealed_secret",
    }
)
# Only operations write these.
WRITTEN_BY_OPERATIONS = frozenset(
    {"state", "places_taken", "seats_taken", "published_at", "is_superuser", "search_text"}
)


def _shown_fields(model: type[Model]) -> list[str]:
    return [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, Field) and not field.many_to_many and field.name not in SECRETS
    ]


class Window(ModelAdmin):  # type: ignore[misc] # untyped library
    """Look, and change nothing."""

    actions = None
    show_full_result_count = False
    list_per_page = 50

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return _shown_fields(self.model)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return _shown_fields(self.model)

    def has_add_permission(self, request: HttpRequest, *_arguments: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Repair(ModelAdmin):  # type: ignore[misc] # untyped library
    """Correct what organisers set up. Never its state, and nothing is deleted."""

    actions: tuple[str, ...] | None = None
    list_per_page = 50
    # The library's own widgets know nothing of languages; these wear its dress, and fit a phone.
    formfield_overrides = {
        I18nCharField: {
            "widget": I18nTextInput,
            "widget_kwargs": {"attrs": {"class": " ".join(["mb-2", *INPUT_CLASSES])}},
        },
        I18nTextField: {
            "widget": I18nTextarea,
            "widget_kwargs": {"attrs": {"class": " ".join(["mb-2", *TEXTAREA_CLASSES]), "rows": 4}},
        },
    }

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [
            name
            for name in _shown_fields(self.model)
            if name != "id" and (obj is not None or name not in WRITTEN_BY_OPERATIONS)
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [
            field.name
            for field in self.model._meta.fields
            if field.name in WRITTEN_BY_OPERATIONS
            or not field.editable
            or getattr(field, "auto_now_add", False)
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Venue)
class VenueAdmin(Repair):
    list_display = ("name", "city", "country")


class EventForm(forms.ModelForm):  # type: ignore[type-arg] # its model is the window's
    """Lists of codes are ticked, not typed."""

    languages = forms.MultipleChoiceField(
        label=_("languages spoken"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    subjects = forms.MultipleChoiceField(
        label=_("subjects"),
        choices=EventSubject.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@admin.register(Event)
class EventAdmin(Repair):
    form = EventForm
    list_display = ("short_name", "kind", "first_day", "last_day", "published_at")
    actions = ("publish",)

    @admin.action(description=_("Show the chosen events to the public"))
    def publish(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        for event_id in events.values_list("pk", flat=True):
            publish_event(event_id, actor=cast("User", request.user), at=timezone.now())
        self.message_user(request, _("The public can see them now."))


@admin.register(Room)
class RoomAdmin(Repair):
    list_display = ("name", "event", "capacity")
    list_filter = ("event",)
    list_select_related = ("event",)


@admin.register(User)
class UserAdmin(Repair):
    list_display = ("email", "name", "language", "is_staff", "is_active")
    search_fields = ("email", "name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people make their accounts themselves, or a team invites them


@admin.register(Membership)
class MembershipAdmin(Window):
    list_display = ("user", "role", "event")
    list_filter = ("event", "role")
    list_select_related = ("user", "event")


@admin.register(Job)
class JobAdmin(Window):
    list_display = ("kind", "event", "state", "total", "requested_at", "finished_at")
    list_filter = ("event", "state", "kind")
    list_select_related = ("event",)


@admin.register(HistoryEntry)
class HistoryEntryAdmin(Window):
    list_display = ("occurred_at", "action", "subject_type", "subject_id", "actor")
    list_filter = ("event", "action")
    list_select_related = ("actor",)


@admin.register(EmailMessage)
class EmailMessageAdmin(Window):
    list_display = ("kind", "to_address", "state", "queued_at")
    list_filter = ("state", "kind")


@admin.register(StoredFile)
class StoredFileAdmin(Window):
    list_display = ("sha256", "size_bytes", "media_type", "stored_at")


@admin.register(ApiKey)
class ApiKeyAdmin(Window):
    list_display = ("name", "event", "prefix", "expires_at", "revoked_at", "last_used_at")
    list_filter = ("event",)
    list_select_related = ("event",)


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(Window):
    list_display = ("url", "event", "stopped_at", "last_delivered_at")
    list_filter = ("event",)
    list_select_related = ("event",)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(Window):
    list_display = ("kind", "endpoint", "state", "attempts", "last_status_code", "queued_at")
    list_filter = ("state", "kind")
    list_select_related = ("endpoint",)
