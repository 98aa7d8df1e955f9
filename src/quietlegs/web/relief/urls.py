"""Addresses of relief."""

from django.urls import path

from quietlegs.web.relief import views

app_name = "relief"
urlpatterns = [
    path("", views.relief, name="relief"),
    path("steps", views.steps, name="steps"),
    path("restless", views.restless_now, name="restless_now"),
    path("<int:episode_id>", views.episode, name="episode"),
    path("<int:episode_id>/next", views.next_step, name="next"),
    path("<int:episode_id>/help", views.get_help, name="help"),
    path("<int:episode_id>/over", views.over, name="over"),
    path("<int:episode_id>/goes-on", views.goes_on, name="goes_on"),
    path("<int:episode_id>/place", views.place, name="place"),
    path("<int:episode_id>/delete", views.delete, name="delete"),
]
