"""Addresses of the API, version 1."""

from quietlegs.web.api.service import api

urlpatterns, _app, app_name = api.urls
