"""Addresses of asking and checking."""

from django.urls import path

from quietlegs.web.ask import views

app_name = "ask"
urlpatterns = [
    path("ask", views.ask, name="ask"),
    path("article", views.article, name="article"),
]
