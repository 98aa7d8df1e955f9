"""The check app."""

from django.apps import AppConfig


class CheckConfig(AppConfig):
    """Questions, results, whom to call."""

    name = "quietlegs.web.check"
    label = "check"
