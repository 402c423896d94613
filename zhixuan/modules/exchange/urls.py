from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.exchange.screens import imports, month, quality, run

app_name = "exchange"
urlpatterns: list[URLPattern] = [
    path("imports/", imports.imports, name="imports"),
    path("imports/start/", imports.start, name="start"),
    path("imports/<uuid:run_id>/", run.run, name="run"),
    path("imports/<uuid:run_id>/progress/", run.progress, name="progress"),
    path("imports/<uuid:run_id>/confirm/", run.confirm, name="confirm"),
    path("imports/<uuid:run_id>/cancel/", run.cancel, name="cancel"),
    path("imports/<uuid:run_id>/mistakes/", run.mistakes, name="mistakes"),
    path("quality/", quality.quality, name="quality"),
    path("quality/report/", quality.report, name="quality_report"),
    path("quality/<int:finding_id>/", quality.finding, name="finding"),
    path("cards/<int:facility_id>/", month.latest, name="latest_month"),
    path("cards/<int:facility_id>/<str:month>/", month.month, name="month"),
]
