"""The plan app."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """What to do this week, and the guided exercises."""

    name = "quietlegs.web.plan"
    label = "plan"
