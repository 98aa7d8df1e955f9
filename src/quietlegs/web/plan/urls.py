"""Addresses of the plan."""

from django.urls import path

from quietlegs.web.plan import views

app_name = "plan"
urlpatterns = [
    path("", views.plan, name="plan"),
    path("done", views.note_done, name="done"),
    path("choose", views.choose, name="choose"),
    path("pause", views.pause, name="pause"),
    path("arithmetic", views.arithmetic, name="arithmetic"),
    path("plan.ics", views.calendar, name="calendar"),
    path("exercises/", views.exercises, name="exercises"),
    path("exercises/<slug:exercise_id>", views.exercise, name="exercise"),
]
