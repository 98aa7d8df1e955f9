"""Addresses of pairing."""

from django.urls import path

from quietlegs.web.accounts import lock_views, views

app_name = "accounts"
urlpatterns = [
    path("pair", views.pair, name="pair"),
    path("devices", views.devices, name="devices"),
    path("devices/paired", views.paired, name="paired"),
    path("devices/<int:pk>/revoke", views.revoke, name="revoke"),
    path("lock", lock_views.lock, name="lock"),
    path("lock/remove", lock_views.remove, name="remove_lock"),
    path("lock/now", lock_views.lock_now, name="lock_now"),
    path("unlock", lock_views.unlock, name="unlock"),
]
