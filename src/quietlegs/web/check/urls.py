"""Addresses of the check."""

from django.urls import path

from quietlegs.web.check import pattern_views, views

app_name = "check"
urlpatterns = [
    path("", views.start, name="start"),
    path("question", views.question, name="question"),
    path("back", views.back, name="back"),
    path("result", views.result, name="result"),
    path("result/<int:run_id>", views.result, name="result_of"),
    path("result/<int:run_id>/more", views.more, name="more"),
    path("result/<int:run_id>/delete", views.delete, name="delete"),
    path("emergency", views.emergency, name="emergency"),
    path("restless-legs", pattern_views.restless, name="restless"),
    path("night-leg-cramps", pattern_views.cramps, name="cramps"),
    path("pain", pattern_views.pain, name="pain"),
]
