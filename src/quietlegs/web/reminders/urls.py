"""Addresses of reminders."""

from django.urls import path

from quietlegs.web.reminders import views

app_name = "reminders"
urlpatterns = [
    path("reminders/", views.reminders, name="reminders"),
    path("reminders/new", views.new, name="new"),
    path("reminders/<int:reminder_id>/", views.change, name="change"),
    path("reminders/<int:reminder_id>/switch", views.switch, name="switch"),
    path("reminders/<int:reminder_id>/remove", views.remove, name="remove"),
    path("reminders/<int:reminder_id>/snooze", views.snooze, name="snooze"),
    path("reminders/<int:reminder_id>/done", views.done, name="done"),
    path("reminders/now/<int:sending_id>", views.now, name="now"),
    path("reminders/wishes", views.wishes, name="wishes"),
    path("reminders/pause", views.pause, name="pause"),
    path("reminders/calendar", views.calendar, name="calendar"),
    path("reminders/ways/push", views.add_push, name="add_push"),
    path("reminders/ways/<slug:kind>", views.new_way, name="new_way"),
    path("reminders/ways/<int:way_id>/remove", views.remove_way, name="remove_way"),
    path("reminders/ways/<int:way_id>/test", views.send_one_now, name="send_one_now"),
    path("shared/reminders/<str:token>.ics", views.calendar_file, name="calendar_file"),
]
