"""The relief app."""

from django.apps import AppConfig


class ReliefConfig(AppConfig):
    """One step at a time, in the dark. It stores in the diary and has no table of its own."""

    name = "quietlegs.web.relief"
    label = "relief"
