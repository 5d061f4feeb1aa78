from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conference.kernel.tokens import new_token
from registration.models.registration import Registration


class Badge(models.Model):
    """
    The opaque code on a person's badge and ticket. It opens doors and says nothing else.

    A lost badge is replaced: the old row is revoked, so that its code is answered “replaced”.
    """

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="badges")
    token = models.CharField(max_length=26, unique=True, default=new_token, editable=False)
    issued_at = models.DateTimeField(_("issued"))
    printed_at = models.DateTimeField(_("printed"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(revoked_at__isnull=True),
                name="badge_one_current_per_registration",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("issued_at")),
                name="badge_revoked_after_it_was_issued",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.token[:6]}…"
