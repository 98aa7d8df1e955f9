"""Addresses of the shell: what every page shares."""

from django.urls import path

from quietlegs.web.shell import views

app_name = "shell"
urlpatterns = [
    path("health", views.health, name="health"),
    path("theme", views.choose_theme, name="theme"),
    path("language", views.choose_language, name="language"),
    path("more", views.more, name="more"),
    path("_gallery", views.component_gallery, name="gallery"),
]
