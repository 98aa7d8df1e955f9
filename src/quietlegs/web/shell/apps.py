"""The shell app."""

from django.apps import AppConfig
from django.utils.translation import get_language

from quietlegs.exchange import knowledge_base


class ShellConfig(AppConfig):
    """What every page shares."""

    name = "quietlegs.web.shell"
    label = "shell"

    def ready(self) -> None:
        """Let the knowledge base answer in the language of the page that is being made."""
        knowledge_base.speak(get_language)
