"""The insights app: what changes my nights."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """Django's name for the room. It keeps nothing in the database."""

    name = "quietlegs.web.insights"
    label = "insights"
