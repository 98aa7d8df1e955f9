"""Addresses of the library."""

from django.urls import path

from quietlegs.web.library import views

app_name = "library"
urlpatterns = [
    path("", views.library, name="library"),
    path("topic/<slug:name>", views.topic, name="topic"),
    path("about/<slug:name>", views.about, name="about"),
    path("entry/<slug:entry_id>", views.entry, name="entry"),
    path("articles", views.articles, name="articles"),
    path("words", views.words, name="words"),
    path("changes", views.changes, name="changes"),
]
