"""Addresses of pairing."""

from django.urls import path

from quietlegs.web.accounts import views

app_name = "accounts"
urlpatterns = [
    path("pair", views.pair, name="pair"),
    path("devices", views.devices, name="devices"),
    path("devices/<int:pk>/revoke", views.revoke, name="revoke"),
]
