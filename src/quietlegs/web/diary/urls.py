"""Addresses of the diary."""

from django.urls import path

from quietlegs.web.diary import (
    catch_up_views,
    cramp_views,
    data_views,
    factor_views,
    morning_views,
    observation_views,
    views,
)

app_name = "diary"
urlpatterns = [
    path("", views.tonight, name="tonight"),
    path("quiet", views.log_quiet, name="log_quiet"),
    path("cramps", views.log_cramps, name="log_cramps"),
    path("undo", views.undo, name="undo"),
    path("nights/", views.nights, name="nights"),
    path("nights/find", views.find_night, name="find_night"),
    path("nights/forgotten", catch_up_views.forgotten, name="forgotten"),
    path("nights/sheet", catch_up_views.copy_sheet, name="sheet"),
    path("nights/paper", catch_up_views.paper_page, name="paper"),
    path("nights/paper.pdf", catch_up_views.paper_file, name="paper_file"),
    path("nights/<str:evening>", views.night, name="night"),
    path("nights/<str:evening>/seen", observation_views.seen, name="seen"),
    path("seen/<int:observation_id>/delete", observation_views.delete_seen, name="delete_seen"),
    path("nights/<str:evening>/morning", morning_views.morning, name="morning"),
    path("nights/<str:evening>/delete", views.delete_night, name="delete_night"),
    path("cramp", cramp_views.cramp_now, name="cramp_now"),
    path("factors/", factor_views.factors, name="factors"),
    path("factors/add", factor_views.add_factor, name="add_factor"),
    path("factors/<int:factor_id>", factor_views.factor, name="factor"),
    path("factors/<int:factor_id>/archive", factor_views.archive_factor, name="archive_factor"),
    path("factors/<int:factor_id>/bring-back", factor_views.bring_back_factor, name="bring_back_factor"),
    path("import/", data_views.import_file, name="import"),
    path("import/map", data_views.map_import, name="map_import"),
    path("import/confirm", data_views.confirm_import, name="confirm_import"),
    path("import/<int:batch_id>/take-back", data_views.take_back_import, name="take_back_import"),
    path("export/", data_views.export, name="export"),
    path("export/diary.csv", data_views.export_csv, name="export_csv"),
    path("export/diary.json", data_views.export_json, name="export_json"),
    path("export/quietlegs.backup", data_views.backup, name="backup"),
    path("settings/", data_views.settings, name="settings"),
    path("settings/delete", data_views.delete_everything, name="delete_everything"),
]
