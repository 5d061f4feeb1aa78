from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from certificates.states import CertificateAction
from conference.kernel.history_words import announce_actions


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        autodiscover_modules("receivers")
        announce_actions(CertificateAction)
