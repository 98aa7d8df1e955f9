"""The library app. It has no tables: what it shows are data files that come with the program."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Tells Django where the library is."""

    name = "quietlegs.web.library"
    label = "library"
