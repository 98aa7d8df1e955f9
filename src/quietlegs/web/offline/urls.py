"""Addresses of what works without a connection."""

from django.urls import path

from quietlegs.web.offline import views

app_name = "offline"
urlpatterns = [
    path("offline", views.offline, name="offline"),
    path("offline/relief", views.relief, name="relief"),
    path("offline/night", views.night, name="night"),
    path("offline/waiting", views.waiting, name="waiting"),
    path("offline/seen", views.seen, name="seen"),
    path("ask/core", views.core_questions, name="core"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.service_worker, name="worker"),
]
