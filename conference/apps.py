from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from conference.kernel.history_words import announce_actions
from conference.states import EventAction


class ConferenceConfig(AppConfig):
    name = "conference"
    verbose_name = _("Conference")

    def ready(self) -> None:
        # Celery finds tasks lazily; the web process queues them by name and must know them all.
        autodiscover_modules("checks", "tasks", "receivers")
        announce_actions(EventAction)
