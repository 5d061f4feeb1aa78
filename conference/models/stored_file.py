from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """
    Bytes on disk under the name of their SHA-256; see `kernel.content_store`.

    Written once, never changed: the same bytes are the same row.
    """

    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"))
    media_type = models.CharField(_("media type"), max_length=100)
    stored_at = models.DateTimeField(_("stored"))

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="stored_file_named_by_its_hash"
            ),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="stored_file_not_empty"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
