"""Addresses of the trials."""

from django.urls import path

from quietlegs.web.experiments import views

app_name = "experiments"
urlpatterns = [
    path("", views.trials, name="trials"),
    path("new", views.choose, name="new"),
    path("new/design", views.design, name="design"),
    path("new/start", views.start, name="start"),
    path("<int:trial_id>/", views.trial, name="trial"),
    path("<int:trial_id>/done", views.note_done, name="done"),
    path("<int:trial_id>/rest", views.rest, name="rest"),
    path("<int:trial_id>/side-effect", views.side_effect, name="side_effect"),
    path("<int:trial_id>/stop", views.stop, name="stop"),
    path("<int:trial_id>/delete", views.delete, name="delete"),
    path("<int:trial_id>/guess", views.guess, name="guess"),
    path("<int:trial_id>/result", views.result, name="result"),
    path("<int:trial_id>/sealed.json", views.sealed_file, name="sealed"),
    path("<int:trial_id>/pharmacy.csv", views.pharmacy_file, name="pharmacy"),
    path("<int:trial_id>/reminder.ics", views.reminder_file, name="reminder"),
    path("<int:trial_id>/nights.csv", views.nights_file, name="nights"),
]
