"""Which address leads to which room."""

from django.urls import include, path

urlpatterns = [
    path("", include("quietlegs.web.shell.urls")),
    path("", include("quietlegs.web.diary.urls")),
    path("", include("quietlegs.web.insights.urls")),
    path("", include("quietlegs.web.medicines.urls")),
    path("plan/", include("quietlegs.web.plan.urls")),
    path("try/", include("quietlegs.web.experiments.urls")),
    path("", include("quietlegs.web.accounts.urls")),
    path("api/v1/", include("quietlegs.web.api.urls")),
    path("check/", include("quietlegs.web.check.urls")),
    path("library/", include("quietlegs.web.library.urls")),
    path("", include("quietlegs.web.ask.urls")),
    path("", include("quietlegs.web.offline.urls")),
    path("", include("quietlegs.web.share.urls")),
    path("relief/", include("quietlegs.web.relief.urls")),
    path("", include("quietlegs.web.reminders.urls")),
]

handler400 = "quietlegs.web.shell.views.bad_request"
handler403 = "quietlegs.web.shell.views.forbidden"
handler404 = "quietlegs.web.shell.views.not_found"
handler500 = "quietlegs.web.shell.views.server_fault"
