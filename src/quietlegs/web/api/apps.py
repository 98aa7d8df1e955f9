"""The API app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The HTTP interface and its tokens."""

    name = "quietlegs.web.api"
    label = "api"
