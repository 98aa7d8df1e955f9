"""The medicines app."""

from django.apps import AppConfig


class MedicinesConfig(AppConfig):
    """Who the person is, what they take, and their blood tests."""

    name = "quietlegs.web.medicines"
    label = "medicines"
