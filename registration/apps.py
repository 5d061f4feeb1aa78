from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from conference.kernel.history_words import announce_actions
from registration.states import (
    DocumentAction,
    GroupAction,
    LetterAction,
    ProofAction,
    RegistrationAction,
    WaitingAction,
)


class RegistrationConfig(AppConfig):
    name = "registration"
    verbose_name = _("Registration")

    def ready(self) -> None:
        autodiscover_modules("receivers")
        announce_actions(
            RegistrationAction,
            DocumentAction,
            LetterAction,
            ProofAction,
            WaitingAction,
            GroupAction,
        )
