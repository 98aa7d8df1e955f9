"""Addresses of sharing."""

from django.urls import path

from quietlegs.web.share import views

app_name = "share"
urlpatterns = [
    path("doctor", views.doctor, name="doctor"),
    path("doctor/page.<str:kind>", views.doctor_file, name="file"),
    path("doctor/links", views.make_link, name="make_link"),
    path("doctor/links/<int:pk>/revoke", views.revoke_link, name="revoke_link"),
    path("shared/<str:token>", views.shared, name="shared"),
]
