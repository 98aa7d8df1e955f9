"""Addresses of the insights."""

from django.urls import path

from quietlegs.web.insights import views

app_name = "insights"
urlpatterns = [
    path("insights/", views.insights, name="insights"),
    path("insights/factor/<int:factor_id>", views.factor, name="factor"),
    path("insights/findings.pdf", views.findings_pdf, name="pdf"),
    path("insights/findings.json", views.findings_as_json, name="json"),
]
