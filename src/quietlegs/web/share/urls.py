"""Addresses of sharing."""

from django.urls import path

from quietlegs.web.share import research_views, views

app_name = "share"
urlpatterns = [
    path("doctor", views.doctor, name="doctor"),
    path("doctor/page.<str:kind>", views.doctor_file, name="file"),
    path("doctor/links", views.make_link, name="make_link"),
    path("doctor/links/<int:pk>/revoke", views.revoke_link, name="revoke_link"),
    path("export/research", research_views.research, name="research"),
    path("shared/<str:token>", views.shared, name="shared"),
]
