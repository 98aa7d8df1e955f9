"""The offline app."""

from django.apps import AppConfig


class OfflineConfig(AppConfig):
    """Pages that work without a connection, and what a device wrote while it had none."""

    name = "quietlegs.web.offline"
    label = "offline"
