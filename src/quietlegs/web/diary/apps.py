"""The diary app."""

from django.apps import AppConfig


class DiaryConfig(AppConfig):
    """Nights, episodes, factors."""

    name = "quietlegs.web.diary"
    label = "diary"
