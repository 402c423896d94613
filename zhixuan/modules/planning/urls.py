from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.planning.screens import (
    allocation_grid,
    allocation_lists,
    allocation_map,
    allocation_paper,
    allocation_verbs,
    allocation_what_if,
    desk,
    forecast_runs,
    forecasts,
    fulfilment,
    lists,
    needs,
    paper,
    plan_grid,
    verbs,
    versions,
)

app_name = "planning"
urlpatterns: list[URLPattern] = [
    path("", desk.desk, name="desk"),
    path("matrix/", desk.matrix, name="matrix"),
    path("demand/", lists.plans, name="plans"),
    path("demand/sums/", lists.sums, name="sums"),
    path("demand/draw/", verbs.draw, name="draw"),
    path("demand/<int:plan_id>/", lists.plan, name="plan"),
    path("demand/<int:plan_id>/lines/<int:line_id>/", verbs.line, name="line"),
    path("demand/<int:plan_id>/lines/<int:line_id>/need/", needs.line_method, name="line_method"),
    path("demand/<int:plan_id>/lines/<int:line_id>/users/", needs.line_users, name="line_users"),
    path("demand/<int:plan_id>/need/", needs.plan_method, name="plan_method"),
    path("demand/<int:plan_id>/forecast/", needs.plan_forecast, name="plan_forecast"),
    path("demand/<int:plan_id>/grid/", plan_grid.page, name="grid"),
    path("demand/<int:plan_id>/grid/lines/", plan_grid.lines, name="grid_lines"),
    path("demand/<int:plan_id>/grid/save/", plan_grid.save, name="grid_save"),
    path("demand/<int:plan_id>/print/", paper.paper, name="print"),
    path("demand/<int:plan_id>/carried-out/", fulfilment.carried_out, name="carried_out"),
    path("demand/<int:plan_id>/carried-out/products/", fulfilment.carried_out_products, name="carried_out_products"),
    path("demand/<int:plan_id>/versions/", versions.versions, name="versions"),
    path("demand/<int:plan_id>/step/<str:verb>/", verbs.step, name="step"),
    path("forecasts/", forecasts.forecasts, name="forecasts"),
    path("forecasts/<int:facility_id>/<int:product_id>/", forecasts.series, name="forecast"),
    path("forecasts/runs/", forecast_runs.runs, name="forecast_runs"),
    path("forecasts/runs/new/", forecast_runs.new, name="new_forecast"),
    path("forecasts/runs/<int:run_id>/", forecast_runs.run, name="forecast_run"),
    path("forecasts/runs/<int:run_id>/progress/", forecast_runs.progress, name="forecast_progress"),
    path("forecasts/runs/<int:run_id>/cancel/", forecast_runs.cancel, name="cancel_forecast"),
    path("forecasts/runs/<int:run_id>/resume/", forecast_runs.resume, name="resume_forecast"),
]

urlpatterns += [
    path("allocation/", allocation_lists.plans, name="allocations"),
    path("allocation/draw/", allocation_verbs.draw, name="draw_allocation"),
    path("allocation/<int:plan_id>/", allocation_lists.plan, name="allocation"),
    path("allocation/<int:plan_id>/lines/<int:line_id>/", allocation_verbs.line, name="allocation_line"),
    path("allocation/<int:plan_id>/edit/", allocation_grid.grid, name="allocation_grid"),
    path("allocation/<int:plan_id>/edit/<int:line_id>/", allocation_grid.grid_line, name="allocation_grid_line"),
    path("allocation/<int:plan_id>/what-if/", allocation_what_if.what_if, name="allocation_what_if"),
    path("allocation/<int:plan_id>/map/", allocation_map.allocation_map, name="allocation_map"),
    path("allocation/<int:plan_id>/print/", allocation_paper.paper, name="allocation_print"),
    path("allocation/<int:plan_id>/rework/", allocation_verbs.rework, name="rework_allocation"),
    path("allocation/<int:plan_id>/step/<str:verb>/", allocation_verbs.step, name="allocation_step"),
    path("allocation/<int:plan_id>/approve/", allocation_verbs.approve, name="approve_allocation"),
]
