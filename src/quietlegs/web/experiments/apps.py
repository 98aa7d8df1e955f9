"""The experiments app."""

from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    """Try a remedy on oneself, fairly."""

    name = "quietlegs.web.experiments"
    label = "experiments"
