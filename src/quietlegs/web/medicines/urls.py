"""Addresses of medicines, blood tests and the profile."""

from django.urls import path

from quietlegs.web.medicines import views

app_name = "medicines"
urlpatterns = [
    path("medicines/", views.medicines, name="list"),
    path("medicines/blood-tests", views.labs, name="labs"),
    path("medicines/blood-tests/<int:result_id>/delete", views.delete_lab, name="delete_lab"),
    path("about-you", views.profile, name="profile"),
]
