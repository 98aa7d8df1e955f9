"""Addresses of the API, version 1."""

from quietlegs.web.api.operations import api

urlpatterns, app_name, _namespace = api.urls
