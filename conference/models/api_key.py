from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conference.models.event import Event
from conference.states import ApiScope

MOST_SCOPES = 20


class ApiKey(models.Model):
    """
    What a partner's program shows to read or change things of one event.

    Of the key itself we keep a hash and its first six characters, by which people tell keys
    apart. Every key ends; a revoked one stays as a row, so that it is answered why.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("what it is for"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=6)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=32, choices=ApiScope), size=MOST_SCOPES, verbose_name=_("opens")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("ends"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=ApiScope.values) & ~Q(scopes=[]),
                name="api_key_opens_something_known",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="api_key_ends_after_it_was_made"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="api_key_is_kept_as_a_hash"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="api_key_says_what_it_is_for"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
